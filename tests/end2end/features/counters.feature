Feature: Counters that only meet through a folder
  The counters of an office exchange facts, never names, through a shared folder or a stick. What one has granted
  counts at the others, budget moves once, and whatever was tampered with is refused and said.

  Background:
    Given the counters A1, A2 and A3 of the sample CCAS

  Scenario: What other counters granted counts in the ceiling here
    Given at A1, Yann grants Awa Diallo 30 € of vouchers
    And at A1, Yann grants Awa Diallo 30 € of vouchers
    And at A3, Yann grants Awa Diallo 20 € of vouchers
    When A1, A3 and A2 exchange through the folder
    And at A2, Yann grants Awa Diallo 30 € of vouchers
    Then it is refused: €30.00 is above the €10.00 that this person may still have out of €90.00 (rule year of 01/01/2024): grant at most €10.00, or record the request for the centre.
    When at A2, Yann grants Awa Diallo 10 € of vouchers
    Then it is recorded
    And nothing in the folder names Awa Diallo

  Scenario: Budget that one counter gives away is taken once
    Given at A1, Hélène releases 500 € to A2
    When at A2, Hélène takes it
    Then it is refused: No budget was released to this counter under …
    When A1, A2 and A3 exchange through the folder
    And at A3, Hélène takes it
    Then it is refused: No budget was released to this counter under …
    When at A2, Hélène takes it
    Then it is recorded
    When at A2, Hélène takes it
    Then it is refused: The release …
    And A1 may still grant 7,000 € and A2 8,000 €

  Scenario Outline: A file that was tampered with is refused with its reason
    Given at A1, Yann grants Awa Diallo 30 € of vouchers
    And A1 leaves its facts in the folder
    And <tampering>
    When A2 exchanges through the folder
    Then A2 refuses the file: <reason>
    And A2 knows nothing of A1, and its journal is whole

    Examples:
      | tampering                                         | reason          |
      | somebody makes 3 € out of the 30 €                | range_broken    |
      | somebody makes 3 € out of it and mends every hash | range_signature |
      | somebody cuts the file short                      | range_broken    |
      | somebody gives the file of A3 out as that of A1   | range_broken    |

  Scenario: A stranger's workstation is not taken for a counter of the office
    Given a stranger makes a counter A3 of their own under the name of the office
    And the stranger leaves their facts in the folder
    When A2 exchanges through the folder
    Then A2 refuses the file: chain_unknown_key

  Scenario: A copy that goes on by itself is a fork, and stops
    Given A1 is copied, and both go on
    And A1 and A2 exchange through the folder
    When the copy leaves its facts on a stick, and A2 reads the stick
    Then A2 stops: the chain A1 has two histories
    And A2 still knows the first history of A1
