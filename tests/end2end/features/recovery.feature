Feature: The central systems come back
  Everything recorded on dark days reaches each central system exactly once, whatever breaks on the way. What is
  not known is asked for, never assumed; what a person must decide is shown until somebody has.

  Background:
    Given counter A1 of the sample CCAS, connected to a centre for the aid files and to a folder of the treasury
    And citizens were served: a request and the grant for it, a grant paid in cash, a refusal

  Scenario: While the centre is down everything waits; when it is back everything arrives once
    Given the centre is down
    When IT reconciles
    Then something is left to do
    And the aid file has 4 acts waiting to be sent
    And the treasury has 1 act waiting to be sent
    And the log tells the cause and names nobody
    When the centre is back
    And IT reconciles
    Then nothing is left to do
    And the centre holds every act exactly once, to the cent
    And the treasury has acknowledged by file
    And the report balances against the centre's own books

  Scenario: A lost answer is asked for, and nothing is sent twice
    Given the centre takes what it is sent, its answer is lost, and it would take the same again
    When IT reconciles
    Then nothing is left to do
    And an answer was lost on the way
    And every act was sent once
    And the centre holds every act exactly once, to the cent

  Scenario: What the centre rejects is a person's decision
    Given the centre will reject the grant of Awa Diallo
    When IT reconciles
    Then something is left to do
    And the status says that the grant of Awa Diallo was rejected by the centre, and what to do
    And the report is not balanced
    When Bao waives it because it was paid in good faith
    Then the decision is recorded
    And the report is balanced
    When Bao waives it because it was paid in good faith
    Then the decision is refused

  Scenario Outline: Killed in the middle, and taken up again
    Given the centre hangs in the middle of the first message
    When IT reconciles and <who> is killed meanwhile
    And the centre is back
    And IT reconciles
    Then nothing is left to do
    And the centre holds every act exactly once, to the cent
    And the journal is whole

    Examples:
      | who         |
      | the centre  |
      | the counter |
