Feature: A centre that lost what it had acknowledged
  After a restart a centre may hold less than it once confirmed. The audit asks it about every act, compares what it
  shows, sends again only what is lost, and never lets an act stand there twice.

  Background:
    Given counter A1 of the sample CCAS, connected to a centre for the aid files
    And 150 citizens asked for emergency cash, and each request reached the centre

  Scenario: A centre that still holds everything is asked, and told nothing
    When IT audits
    Then the audit is clean: asked about 150 of 150, lost 0
    And nothing was sent again

  Scenario: Exactly the losses are named, sent again and read again
    Given the centre comes back from an old copy: 6 % lost, 4 % of the keys forgotten, old numbers given to other people
    When IT audits
    Then the audit names exactly what was lost, and what is only to be found by its number
    And the audit is clean
    And every act stands at the centre exactly once, to the cent
    And only what was lost was sent again, byte for byte
    And the journal is whole

  Scenario: Who only wants to know sends nothing
    Given the centre comes back from an old copy: 6 % lost, 0 % of the keys forgotten, old numbers given to other people
    When IT audits without sending
    Then the audit names exactly what was lost, and what is only to be found by its number
    And the audit is not clean
    And nothing was sent again
    And the status says of each loss that a person decides

  Scenario: What was acknowledged just before the cut is asked about before anything is sent
    Given Bao declares that the aid file is down
    And the centre comes back from an old copy: 6 % lost, 0 % of the keys forgotten, old numbers given to other people
    And one more citizen asks for emergency cash
    When IT reconciles
    Then the first question after the cut came before the first message
    And every act stands at the centre exactly once, to the cent

  Scenario: The audit waits while the centre pauses
    Given the centre has announced a pause that has begun
    When IT audits
    Then nothing was asked
    And the audit is not clean
