Feature: A receipt proves itself at any counter
  The citizen keeps a paper. Its code can be checked at every counter of the office, with no network, from the
  paper or from a photograph; it names nobody, and nobody can change it.

  Background:
    Given the counters A1 and A2 of the sample CCAS, which exchanged facts this morning
    And the network cable is pulled
    And at A1, Yann grants Awa Diallo 40 € of emergency cash

  Scenario: Checked where it was given, elsewhere, and elsewhere once the facts have travelled
    Given the receipt is printed
    When it is checked at A1
    Then it is good: The entry stands in the journal as printed.
    When it is checked at A2
    Then it is good: The entry has not been heard of here yet: exchange with counter A1.
    When A1 and A2 exchange facts again
    And it is checked at A2
    Then it is good: The entry stands in the journal as printed.

  Scenario: From a photograph of the paper
    Given the receipt is printed and photographed
    When the photograph is checked at A2
    Then it is good: The entry has not been heard of here yet: exchange with counter A1.

  Scenario: One changed character is noticed
    Given the receipt is printed
    When any one character of its code is changed
    Then the counter refuses it and says what to do

  Scenario: A paper without a code, a picture of nothing, and another office's receipt
    When a picture of a cat is checked at A2
    Then it is refused with status 2: No QR code …
    When the text "CC-000017" is checked at A2
    Then it is refused with status 1: This is not the code of a receipt: scan it again, or check the receipt by its number.
    When a receipt of the Paris office is checked at A2
    Then it is refused with status 1: This receipt is signed with the key …

  Scenario: It says what was granted and what comes next, and names nobody
    Given the receipt is printed
    Then the receipt says
      | Aid granted                               |
      | PROVISIONAL                               |
      | Amount granted €40.00                     |
      | Emergency cash                            |
      | What happens next Keep this paper         |
      | If you disagree                           |
      | +33 2 61 91 20 00                         |
    And neither its words nor its code nor the bytes of its file name Awa Diallo

  Scenario: In the reader's language, and marked when it is printed again
    Given the receipt is printed again in French
    Then the receipt says
      | DUPLICATA           |
      | Aide accordée       |
      | Secours d'urgence   |
      | 40,00 €             |
    And the receipt that nobody gave is not printed: Number A1-0999 was never given by this counter: read it again from the receipt.
