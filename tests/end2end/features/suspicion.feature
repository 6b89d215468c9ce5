Feature: A workstation that nobody should believe any more
  A laptop was gone for a night. Whoever had it knows its key, and can set its clock to any time. IT says from when on
  it is not believed; every counter hears it and checks that IT said so. Two people decide what may count after all.

  Background:
    Given the counters A1 and A2 of the sample CCAS, which exchanged facts this morning
    And at A2, Yann grants Awa Diallo 20 € of vouchers
    And the counters exchange

  Scenario: What arrives from it is kept apart and counts nowhere
    Given Bao declares A2 suspect since this morning
    And at A2, Yann grants Awa Diallo 30 € of vouchers
    When the counters exchange
    Then at A1, 1 entry of A2 is kept apart
    When at A1, Yann grants Awa Diallo 30 € of vouchers
    Then it is recorded
    And the receipt of the late grant verifies as suspect
    And the journal is whole

  Scenario: One person alone releases nothing, two people do
    Given Bao declares A2 suspect since this morning
    And at A2, Yann grants Awa Diallo 30 € of vouchers
    And the counters exchange
    When Bao says that what A2 recorded may be believed
    Then at A1, 1 entry of A2 is kept apart
    When Bao says that what A2 recorded may be believed
    Then at A1, 1 entry of A2 is kept apart
    When Hélène says that what A2 recorded may be believed
    Then at A1, nothing of A2 is kept apart
    And the receipt of the late grant verifies
    And the journal is whole

  Scenario: Its agents cannot clear it, and a stranger cannot accuse it
    When Yann declares A2 suspect since this morning
    Then it is said that his role may not
    When somebody declares A2 suspect with a key that is not the office's
    Then it is said that the key is not the office's
    And nobody is suspect at A1
