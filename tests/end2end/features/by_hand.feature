Feature: A centre that has screens only
  Many centres have no interface. What would be a message is then typed over by a person: one entry in one person's
  hands, never twice, and proved by the centre's own number.

  Background:
    Given counter A1 of the sample CCAS
    And the treasury has screens only
    And the drawer holds 500 €
    And Yann grants Zoé Lefèvre 40 € of emergency cash, paid in cash by Aïcha

  Scenario: Everything is typed over, and the balance is explained
    When Yann takes what is most urgent
    And Yann finds it under T-1 with 40 €
    Then nothing is left to be typed over
    And the treasury's balance is explained: 1 of 1, 40 €
    And the journal is whole

  Scenario: Who is called away leaves it unknown, and the next one looks before typing
    When Yann takes what is most urgent
    And Yann is called away
    And Aïcha takes what is most urgent
    Then Aïcha is told to look first
    When Aïcha finds it under T-2 with 40 €
    Then the treasury's balance is explained: 1 of 1, 40 €

  Scenario: What is not there after all is typed by whoever looked
    When Yann takes what is most urgent
    And Yann is called away
    And Aïcha takes what is most urgent
    And Aïcha does not find it
    Then Aïcha is told to type it
    When Aïcha finds it under T-3 with 40 €
    Then the treasury's balance is explained: 1 of 1, 40 €
    And the journal is whole

  Scenario: Nobody types what somebody else has in hand
    When Yann takes what is most urgent
    And Aïcha takes what is most urgent
    Then Aïcha is given nothing

  Scenario: Another amount on the screen is never an acceptance
    When Yann takes what is most urgent
    And Yann finds it under T-4 with 400 €
    Then Yann is asked to look again
    And the treasury's balance is not explained

  Scenario: No run sends what people type
    When Bao sends everything
    Then the treasury's balance is not explained
    And the treasury was told nothing
