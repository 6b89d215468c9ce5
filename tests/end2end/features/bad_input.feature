Feature: What is wrong is said in one clear sentence
  Whoever makes a mistake is told what is wrong and what to do next, in their language, and loses nothing. No
  mistake shows the inside of the program, and its exit status tells a script what kind of trouble it is.

  Scenario: Every mistake at the CCAS has its code and its sentence, and stops nothing
    Given counter A1 of the sample CCAS
    When all of these mistakes are fed in one go, with good lines between them
      | mistake                                         | code                    |
      | no JSON at all                                  | command_malformed       |
      | half a line                                     | command_malformed       |
      | bytes that are no text                          | command_malformed       |
      | a command that does not exist                   | command_malformed       |
      | a misspelt field                                | command_malformed       |
      | a time without its offset                       | command_malformed       |
      | the 30th of February                            | time_malformed          |
      | a time that is still to come                    | in_the_future           |
      | an id that was used for something else          | entry_id_reused         |
      | an aid that is not in the catalogue             | unknown_aid             |
      | a colleague nobody knows                        | unknown_colleague       |
      | a colleague nobody knows, closing the day       | unknown_colleague       |
      | an auditor who grants                           | not_allowed             |
      | an amount above the ceiling                     | over_ceiling            |
      | an amount of zero                               | amount_not_positive     |
      | nothing seen of what must be shown              | evidence_missing        |
      | a means in which this aid is not paid           | means_not_allowed       |
      | a fourth grant where three are allowed          | too_many_grants         |
      | a contribution where none is due                | no_contribution         |
      | a grant to nobody                               | request_or_person       |
      | a grant on a request that was answered          | request_answered        |
      | a grant of another aid than was asked for       | request_for_other_aid   |
      | a grant on a request nobody recorded            | unknown_entry           |
      | a grant on what is no request                   | wrong_kind              |
      | a person tied to another without a reason       | reason_missing          |
      | a refusal for a reason the office does not have | unknown_reason          |
      | a refusal of no aid                             | aid_missing             |
      | an approval by whoever granted                  | approver_is_granter     |
      | an approval by an agent                         | not_allowed             |
      | a refusal to approve without a reason           | reason_missing          |
      | an approval of what does not wait               | grant_not_pending       |
      | a second payment                                | paid_already            |
      | a payment of what was declined                  | grant_not_open          |
      | more cash than the drawer holds                 | not_enough_cash         |
      | a granter who pays                              | granter_pays            |
      | no signature and no witness                     | witnesses_missing       |
      | more money back than was paid                   | more_than_paid          |
      | a grant cancelled that was declined             | grant_not_open          |
      | vouchers without their numbers                  | voucher_numbers_missing |
      | vouchers nobody received                        | voucher_not_in_hand     |
      | vouchers of last year                           | voucher_expired         |
      | vouchers worth less than was granted            | voucher_value           |
      | a book that ends before it begins               | voucher_range           |
      | the same book again                             | vouchers_overlap        |
      | a day that does not exist                       | day_malformed           |
      | closing a day that is still to come             | in_the_future           |
      | regularising what broke no rule                 | not_irregular           |
      | budget for oneself                              | release_to_itself       |
      | budget for a counter that does not exist        | unknown_counter         |
      | budget for a counter of an impossible name      | counter_id_malformed    |
      | more budget than there is                       | over_slice              |
      | budget that nobody released                     | unknown_release         |
      | an outage of nothing                            | incident_without_service |
      | an outage of a service that does not exist      | unknown_service         |
      | an outage declared by an agent                  | not_allowed             |
      | news of an outage nobody declared               | unknown_incident        |
      | the end of an outage that is over               | incident_not_open       |
      | a decision on what went nowhere                 | unknown_unit            |
      | a decision before the centre spoke              | decision_not_possible   |
    Then each is refused with its code and a sentence that says what to do
    And every good line is recorded
    And the journal is whole

  Scenario: The rules of the other catalogues
    Given counter A1 of the sample Paris office
    When all of these mistakes are fed in one go, with good lines between them
      | mistake                                     | code                   |
      | an aid that is only registered              | register_only          |
      | meals without telling the resources         | resources_unknown      |
      | meals with too many resources               | resources_too_high     |
      | more cash than one payment may have         | over_cash_maximum      |
      | cash for what the régie does not pay        | means_not_allowed      |
      | an aid before its rules began               | no_rule_in_force       |
      | a contribution that is not in the list      | wrong_contribution     |
      | a payer before the mandate began            | no_mandate             |
    Then each is refused with its code and a sentence that says what to do
    Given counter A1 of the sample comune
    When all of these mistakes are fed in one go, with good lines between them
      | mistake                                     | code                   |
      | more than a household of this size may have | over_household_ceiling |
      | a second grant in the same week             | too_soon               |
    Then each is refused with its code and a sentence that says what to do

  Scenario: All of this in French
    When a French reader makes every mistake at the CCAS, the Paris office and the comune
    Then each is told in French

  Scenario Outline: A command line that is wrong says why, and its exit status says of what kind
    Given counter A1 of the sample CCAS
    When <what> is tried
    Then it ends with status <status> and says: <sentence>

    Examples:
      | what                                   | status | sentence                                                                    |
      | a command that does not exist          | 2      | “grant” cannot stand for COMMAND: choose one of office, journal, …          |
      | half a command                         | 2      | `journal` needs to know what to do: see `counter-app journal --help`.       |
      | an option that does not exist          | 2      | Not known here: --loudly. See `counter-app --help`.                         |
      | an option without its value            | 2      | Nothing is given for --data: see `counter-app doctor --help`.               |
      | a word for a number                    | 2      | “yesterday” cannot stand for --since: see `counter-app journal show --help`. |
      | two options that exclude each other    | 2      | --config and --sample cannot stand together: give one of the two.           |
      | a needed option left out               | 2      | Not given: --date. See `counter-app document daily-log --help`.             |
      | a file that is not there               | 2      | nowhere.jsonl cannot be read …                                              |
      | an empty folder                        | 2      | There is no workstation in …                                                |
      | a folder that is taken                 | 2      | … already holds a workstation: choose another folder.                       |
      | a counter of an impossible name        | 2      | “a counter” is not a counter id: use 1 to 4 capital letters and digits, such as A3. |
      | the wrong passphrase                   | 2      | This passphrase does not open the workstation: type it again. If it is right, keys.toml was damaged: call IT. |
      | no passphrase                          | 2      | No passphrase was given and nobody can be asked for one: name a file with --passphrase-file. |
      | a passphrase file that is not there    | 2      | The passphrase cannot be read from …                                        |
      | an empty passphrase file               | 2      | … is empty: put the passphrase on its first line.                           |
      | a day of letters                       | 2      | “yesterday” is no day: write it like 2026-03-01.                            |
      | a service that does not exist          | 2      | The office has no service coffee: use an id of the services in office.toml. |
      | a chain that does not exist            | 2      | No chain Z9 is known here: choose one of A1.                                |
      | a receipt number nobody gave           | 2      | Number A1-0999 was never given by this counter: read it again from the receipt. |
      | a receipt of what is no paper          | 2      | A1-0001 is no receipt of a citizen: choose the number of a request, a grant, a refusal or a payment. |
      | a state that a service cannot have     | 2      | “tired” is no state for aid-file: use down, unstable or back.               |
      | a shared folder that is not there      | 3      | … is no folder: connect the share or the stick, then try again.             |
      | a PDF into a folder that is not there  | 3      | … cannot be written (…): choose another place or another name.              |
      | a time that is none                    | 2      | “YESTERDAY” is not a time with its offset: write it like 2026-03-01T09:30:00+01:00. |
      | a second recorder                      | 3      | counter-app is writing here already, on …                                   |
      | the journal of a newer program         | 3      | This journal was written by a newer program (9999_from_the_future): install that version here. |
      | a journal that is gone                 | 3      | There is no journal at …                                                    |
      | a configuration changed by hand        | 2      | office.toml is not the configuration that was adopted: put the adopted one back, or adopt the new one with `office adopt`. |
      | a journal with one changed byte        | 4      | …top recording here and call IT.             |
      | keys with one changed letter           | 4      | keys.toml was changed outside this program: put the copy back, or call IT.  |

  Scenario: A wrong command line is told in French too, with the same status
    Given counter A1 of the sample CCAS
    When everything that can go wrong is tried by a French reader
    Then each is told in French

  Scenario Outline: Nothing of the inside of the program is shown, however it is started
    Given counter A1 of the sample CCAS
    And every command runs as a program of its own
    When <what> is tried
    Then it ends with status <status> and says: <sentence>

    Examples:
      | what                            | status | sentence                                                                  |
      | a command that does not exist   | 2      | “grant” cannot stand for COMMAND: choose one of office, journal, …        |
      | no passphrase                   | 2      | No passphrase was given and nobody can be asked for one: name a file with --passphrase-file. |
      | a journal with one changed byte | 4      | …top recording here and call IT.           |

  Scenario: A broken configuration names file, line and key
    Given the configuration of the sample CCAS with these mistakes
      | line with         | is written as              |
      | slice_cents       | slice_cnts = 750000        |
      | envelope_cents    | envelope_cents = "3 000 000" |
      | directive         | directive = 7              |
    When IT checks it
    Then each mistake is told with its file, its line and its key, as IT reads it
    And no counter can be made from it

  Scenario: Readers go on beside a recorder, and it is named
    Given counter A1 of the sample CCAS is recording
    And the drawer holds 100 €
    Then the journal can be read meanwhile
    And a second recorder is told which process writes

  Scenario: Where JSON is asked for, standard output is JSON alone
    Given counter A1 of the sample CCAS
    And Yann grants Awa Diallo 40 € of emergency cash
    Then each of these prints JSON alone, with the options before the command and after it
      | doctor                    |
      | journal verify            |
      | journal show              |
      | journal schema            |
      | journal rebuild           |
      | journal export            |
      | incident status           |
      | reconcile plan            |
      | reconcile status          |
      | reconcile report          |
      | connector check aid-file  |
      | document receipt          |
      | receipt verify            |
      | exchange                  |
