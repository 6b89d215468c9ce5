Feature: Paper forms come in after the fact
  While even this program was out of reach, colleagues wrote on numbered paper forms. What stands there has
  happened: it is entered as it is, and where it broke a rule, a supervisor looks at it afterwards.

  Background:
    Given counter A1 of the sample CCAS
    And the drawer holds 100 €

  Scenario: A form that broke rules is recorded as irregular, counted, listed and regularised
    When Yann enters form P-17: yesterday Awa Diallo was given 120 € of emergency cash, paid by Aïcha
    Then it is recorded although it broke the rules grant, drawer and second_person
    When the daily log is printed
    Then it shows
      | Payments 1 €120.00                             |
      | Book balance −€20.00                           |
      | Irregular facts 3                              |
      | A1-0002                                        |
      | irregular · P-17                               |
    When Yann regularises it because the fire brigade asked for it
    Then it is refused: yleroux may not do this as agent: ask a colleague whose role allows it.
    When Hélène regularises it because the fire brigade asked for it
    Then it is recorded
    When the daily log is printed
    Then it shows
      | Irregular facts none                           |
      | Irregular facts to regularise none             |

  Scenario: The form opens rights on its own day, and the cash belongs to today
    When Yann enters form P-17: yesterday Awa Diallo was given 40 € of emergency cash, paid by Aïcha
    Then it is recorded
    And its rights are of yesterday and its cash is of today
    When the daily log of yesterday is printed
    Then it shows
      | Payments 0 |

  Scenario: A form that is fed twice is recorded once
    When Yann enters form P-17: yesterday Awa Diallo was given 40 € of emergency cash, paid by Aïcha
    And the same form is fed again
    Then it is answered with the same receipt number and recorded once
    When form P-17 comes again with 50 €
    Then it is refused: Entry 96bf2e0b-a339-5a47-a131-27b29b716ba0 is already recorded with other content: give the new command an id of its own.
    And the journal is whole

  Scenario: In a pack of forms a bad one stops nothing and loses nothing
    When a pack of 20 forms is entered, of which forms 3 and 12 cannot be read
    Then 18 forms are recorded and the lines 3 and 12 are refused with a sentence
    When the same pack is entered again
    Then nothing new is recorded

  Scenario: What was not paid yet waits for a supervisor, on paper too
    When Yann enters form P-18: yesterday Awa Diallo was promised 60 € of emergency cash
    Then it waits for approval
