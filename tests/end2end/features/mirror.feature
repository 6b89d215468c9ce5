Feature: The counter's PC burns
  A stick beside the counter holds a second, encrypted copy. From it alone the counter goes on elsewhere the same
  hour: with every entry that the copy had, under new numbers, and nothing is paid, granted or sent twice because of
  what nobody remembers.

  Background:
    Given counter A1 of the sample CCAS, connected to a centre for the aid files and to a folder of the treasury
    And a stick is named for the copy
    And the drawer holds 500 €
    And Yann grants Awa Diallo 40 € of emergency cash
    And Yann grants Rosa Marin 20 € of vouchers
    And the copy is complete

  Scenario: Restored from the stick, with what was lost entered again
    Given the stick is pulled out
    And Yann grants René Lefèvre 30 € of emergency cash
    When the PC burns and Bao restores from the stick
    Then the counter goes on as A1b with what the stick had
    And it says that receipts from A1-0004 on may be lost
    And the doctor warns of lost receipts
    And nothing may be granted before a supervisor gives a slice
    When Hélène carries 1 000 € of the slice over
    And Yann enters receipt A1-0004 again: 30 € of emergency cash for René Lefèvre
    Then it is recorded
    And its number is A1b-0001
    And the doctor warns of lost receipts
    When Hélène ends the search for receipts of A1 with A1-0004 because the printer kept its last job
    Then it is recorded
    And the doctor warns of lost receipts no more
    And the journal is whole

  Scenario: What was sent after the copy was made is asked for, not sent again
    Given the stick is pulled out
    And the centre has taken everything
    When the PC burns and Bao restores from the stick
    And IT reconciles
    Then the centre holds every act exactly once

  Scenario: What was never sent goes out from the new machine
    When the PC burns and Bao restores from the stick
    And the centre is back
    And IT reconciles
    Then the centre holds every act exactly once
