Feature: Cash and vouchers balance to the cent and by number
  The régisseur must justify at any time what was received, what was paid and what lies in the drawer. So money
  is refused before it moves against a rule, every voucher has its number, and a difference is shown, never hidden.

  Scenario: The drawer from morning to evening
    Given counter A1 of the sample CCAS
    And the drawer holds 500 €
    When Yann grants Awa Diallo 40 € of emergency cash, paid in cash by Aïcha
    And Awa Diallo gives 15 € back to Yann
    And the treasury brings 100 €
    And Hélène closes the day with 570 € in the drawer
    And the daily log is printed
    Then it shows
      | Opening float €0.00        |
      | Replenishments +€600.00    |
      | Money in, in cash +€15.00  |
      | Payments in cash −€40.00   |
      | Book balance €575.00       |
      | Counted balance €570.00    |
      | Difference −€5.00          |
      | Given back: Emergency cash |
    When Yann opens the next drawer with 570 € in it
    Then it is recorded
    And the books say that the drawer holds 570 €

  Scenario: Nobody pays out what is not in the drawer
    Given counter A1 of the sample CCAS
    And the drawer holds 30 €
    When Yann grants Awa Diallo 40 € of emergency cash, paid in cash by Aïcha
    Then it is refused: €40.00 is more than the €30.00 in the drawer: have it replenished, or pay by another means.
    When Yann grants Awa Diallo 30 € of emergency cash, paid in cash by Aïcha
    Then it is recorded

  Scenario: Whoever grants does not pay, unless a waiver says why
    Given counter A1 of the sample CCAS
    And the drawer holds 500 €
    When Yann grants Awa Diallo 40 € of emergency cash, paid in cash by Yann
    Then it is refused: yleroux granted this and cannot pay it alone: let a colleague pay, or give a reason why not.
    When Yann grants Awa Diallo 40 € of emergency cash, paid in cash by Yann because he is alone today
    Then it is recorded
    When Yann grants René Lefèvre 40 € of emergency cash, paid in cash by Bao
    Then it is refused: bnguyen may not do this as it: ask a colleague whose role allows it.

  Scenario: A citizen who cannot sign has witnesses
    Given counter A1 of the sample CCAS
    And the drawer holds 500 €
    When Yann grants Awa Diallo 40 € of emergency cash, paid in cash by Aïcha without a signature
    Then it is refused: Who saw it? Name the witnesses where the citizen cannot sign.
    When Yann grants Awa Diallo 40 € of emergency cash, paid in cash by Aïcha before the witness René Lefèvre
    Then it is recorded

  Scenario: Paid money only comes back by being returned
    Given counter A1 of the sample CCAS
    And the drawer holds 500 €
    And Yann grants Awa Diallo 40 € of emergency cash, paid in cash by Aïcha
    When Yann cancels it because it was the wrong file
    Then it is recorded
    And the books say that the drawer holds 460 €
    When Awa Diallo gives 50 € back to Yann
    Then it is refused: €50.00 is more than the €40.00 that is still out: enter what really came back.
    When Awa Diallo gives 40 € back to Yann
    Then it is recorded
    And the books say that the drawer holds 500 €

  Scenario: A contribution comes in, and its receipt is the quittance
    Given counter A1 of the sample Paris office
    When Nadia receives 30 € from Awa Diallo for a transit pass
    Then it is recorded
    And its receipt says
      | Payment received                       |
      | This receipt is the proof of your payment. |
      | Amount received €30.00                 |
    When Nadia receives 31 € from Awa Diallo for a transit pass
    Then it is refused: €31.00 is not a contribution to this aid (rule participation of 01/01/2018): take one of these: €0.00, €30.00, €90.00, €180.00, €360.00, €380.00.
    When the daily log is printed
    Then it shows
      | Money in 1 €30.00         |
      | Money in, in cash +€30.00 |

  Scenario: Vouchers by number
    Given counter A1 of the sample CCAS
    And a book of vouchers 1 to 10 at 10 €, good this year
    When Yann grants Awa Diallo 30 € of vouchers, handed over by Aïcha as numbers 1 to 3
    Then it is recorded
    When Yann reports voucher 4 spoiled
    Then it is recorded
    When Yann grants René Lefèvre 30 € of vouchers, handed over by Aïcha as numbers 3 to 5
    Then it is refused: Vouchers CAP 3 to 5 are not all in hand: read their numbers again.
    When Yann grants René Lefèvre 30 € of vouchers, handed over by Aïcha as numbers 5 to 6
    Then it is refused: These vouchers are worth €20.00, not €30.00: take vouchers of the amount that was granted.
    When Yann grants René Lefèvre 30 € of vouchers, handed over by Aïcha without numbers
    Then it is refused: Which vouchers? Give their series and the first and last number.
    When Yann reports voucher 2 spoiled
    Then it is refused: Vouchers CAP 2 to 2 are not all in hand: read their numbers again.
    When Yann takes in the vouchers 10 to 12 at 10 €, good this year
    Then it is refused: Some of CAP 10 to 12 were received before: read the numbers on the book again.
    When the daily log is printed
    Then it shows
      | €10.00 10 (1–10) 3 (1–3) 1 (4) 0 6 (5–10) yes |
      | Vouchers × 1 €30.00 |

  Scenario: Vouchers of last year have expired
    Given counter A1 of the sample CCAS
    And a book of vouchers 1 to 10 at 10 €, good last year
    When Yann grants Awa Diallo 30 € of vouchers, handed over by Aïcha as numbers 1 to 3
    Then it is refused: Vouchers CAP are not valid in …
