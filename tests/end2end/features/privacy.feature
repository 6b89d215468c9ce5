Feature: Nobody learns a name from what lies about
  A computer is stolen, a stick is lost, a paper lies open on the desk. None of it says who came to the counter.

  Background:
    Given counter A1 of the sample CCAS is recording
    And the drawer holds 500 €
    And Nadège Quenneville was served in every way, with her number, address, phone and a note

  Scenario: The folder of a workstation, taken while it records and after
    When the folder of A1 is taken away while the counter records
    Then nothing in it says who was served
    When the counter has stopped and its folder is taken away
    Then nothing in it says who was served
    But the counter itself still knows

  Scenario: What travels between counters and what an auditor gets
    When A1 leaves its facts in the folder and exports its journal for an auditor
    Then nothing in it says who was served
    But the same person can be recognised in it by the office's key alone

  Scenario: The papers of the day
    When the daily log and the receipt of the grant are printed
    Then nothing in it says who was served

  Scenario: The offline copy of the central register
    When a register with Nadège Quenneville in it is imported
    And the counter has stopped and its folder is taken away
    Then nothing in it says who was served
    But a search for "quenevile nadege" finds her
