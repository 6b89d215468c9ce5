Feature: Bundles on sticks
  Where no line joins two machines, a stick does. What is on it is signed by the counter that made it and closed for the
  one that it is for. Facts travel without names; a counter may also give what waits to another one to send.

  Background:
    Given counter A3 of the sample CCAS
    And counter A1 of the sample CCAS
    And Yann grants Awa Diallo 40 € of emergency cash

  Scenario: Facts travel by stick, and no name with them
    When A1 writes a bundle for A3
    And A3 looks at the bundle
    Then it says: Whole, and signed by A1
    And it says: Facts alone, nothing of it is given to send.
    And it holds 1 act for the aid file, of 40 €
    And A3 reads in it the time of the office
    When A3 takes the bundle in
    Then A3 knows what A1 recorded, and nobody's name
    And the journal is whole

  Scenario: The same stick again, and an older one, are harmless
    Given A1 writes a bundle for A3
    And A3 takes the bundle in
    When A3 takes the bundle in
    Then it says: Everything in it was here already; nothing was changed.
    And the journal is whole

  Scenario: What a counter gives to another one to send, it sends no more
    When A1 writes a bundle for A3 with custody
    And A3 takes the bundle in
    Then it says: A3 is given to send what of it still waits:
    And A3 has 1 act to send to the aid file
    And A1 has 0 acts to send to the aid file
    And the board of A1 says that A3 sends what it recorded

  Scenario: A stick that is lost is a supervisor's decision
    Given A1 writes a bundle for A3 with custody
    When at A1, Hélène takes back what A3 was given, for the stick was lost
    Then A1 has 0 acts to send to the aid file
    And A1 asks about 1 act before it sends it

  Scenario: Whoever cannot send after all gives it back
    Given A1 writes a bundle for A3 with custody
    And A3 takes the bundle in
    When A3 gives back what A1 entrusted
    And A3 writes a bundle for A1
    And A1 takes the bundle in
    Then A1 has 1 act to send to the aid file
    And A3 has 0 acts to send to the aid file

  Scenario: Whoever gives back is told that the balance here ends for the other
    Given A1 writes a bundle for A3 with custody
    And A3 takes the bundle in
    When A3 gives back what A1 entrusted
    Then it says: A later `reconcile report` here does not cover A1 any more

  Scenario: A stick at the wrong counter says so before it is taken in
    Given A1 writes a bundle for A3 with custody
    And counter A2 of the sample CCAS
    When A2 looks at the bundle
    Then it says: `bundle import` refuses it here: This bundle gives counter A3 what to send
    When A2 takes the bundle in
    Then it is not believed: This bundle gives counter A3 what to send
    And A2 knows nothing of A1

  Scenario: A counter makes no bundle for itself
    When A1 writes a bundle for A1
    Then it says: A1 is this counter: name another one.

  Scenario Outline: What cannot be proved is refused with its reason
    Given A1 writes a bundle for A3 with custody
    And <what>
    When A3 takes the bundle in
    Then it is not believed: <reason>
    And A3 knows nothing of A1

    Examples:
      | what                                                  | reason                                  |
      | the end of the bundle is cut off                      | nothing of it is taken in               |
      | a byte in the head of the bundle is changed           | or it was damaged on its way            |
      | no bundle lies on the stick                           | check the path                          |
      | the bundle is closed anew with another amount in it   | This is no sound bundle                 |
      | the bundle is signed by somebody else                 | is not signed by it                     |
      | a link lies where the bundle should                   | is no ordinary file                     |
      | the bundle is of another office                       | is of the office EX-PARIS               |
