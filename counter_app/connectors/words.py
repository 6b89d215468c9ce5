"""What the findings of `Connector.check` are called, for people; another package brings words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from counter_app.text import N_

WORDS: Final[Mapping[tuple[str, bool], str]] = {
    ("reachable", True): N_("It answers."),
    ("reachable", False): N_("It does not answer: check its address, the network, and whether it is open."),
    ("service", False): N_("What answers there is not the service: check its address."),
    ("open", True): N_("It says whether it is open."),
    ("batch_max", True): N_("It takes batches of the configured size."),
    ("batch_max", False): N_("It takes smaller batches than configured: lower batch_max in office.toml."),
    ("settling_seconds", True): N_("It says how many seconds it needs to settle what it was sent."),
    ("askable", True): N_("It can be asked what it holds."),
    ("askable", False): N_("It cannot be asked what it holds: after a cut a person has to look there."),
    ("idempotent", True): N_("What is sent twice is taken once, as far as that could be tried."),
    ("idempotent", False): N_("What is sent twice is taken twice: do not use it before that is mended."),
    ("sandbox", False): N_("Its sandbox did not take a trial message, so nothing could be proved."),
    ("table", True): N_("The staging table is there."),
    ("table", False): N_("The staging table is not there: correct its name, or have it made."),
    ("columns", True): N_("The staging table has every column that is filled."),
    ("columns", False): N_("The staging table lacks columns: have them made, or correct office.toml."),
    ("answers_table", True): N_("The table of its answers is there."),
    ("answers_table", False): N_("The table of its answers is not there: correct its name, or have it made."),
    ("answer_columns", True): N_("Its answers have every column that is read."),
    ("answer_columns", False): N_("Its answers lack columns: have them made, or correct office.toml."),
    ("unique_key", True): N_("The key is unique there, so that nothing stands there twice."),
    ("unique_key", False): N_(
        "The key is not unique there, so that what is sent twice would stand there twice: have a unique constraint"
        " made on this column alone, not deferrable."
    ),
    ("rows_stay", True): N_("Its rows stay, as office.toml says."),
    ("rows_stay", False): N_(
        "Its rows do not stay, so that what is sent again could be taken twice: have taken rows kept there, and say"
        " rows_stay = true."
    ),
    ("rows_writable", True): N_("Rows can be written there."),
    ("rows_writable", False): N_("No row can be written there: ask for the right to insert and to read."),
    ("row_tried", True): N_("Its own rules refuse a made-up row, so that none could be tried."),
    ("by_hand", True): N_("People type it over by hand: open the work-list, or use `reconcile worklist`."),
    ("in_folder", True): N_("The folder for what is sent can be read."),
    ("in_folder", False): N_(
        "The folder for what is sent cannot be read: connect the share, or correct office.toml."
    ),
    ("ack_folder", True): N_("The folder of its acknowledgements can be read."),
    ("ack_folder", False): N_(
        "The folder of its acknowledgements cannot be read: connect the share, or have it made."
    ),
    ("writable", False): N_("Nothing can be written into its folder: ask for the right to."),
    ("exclusive_creation", True): N_("Two counters cannot take the same file name there."),
    ("exclusive_creation", False): N_(
        "Two counters could take the same file name there: use another folder."
    ),
    ("never_overwrites", True): N_("A file that lies there is never replaced."),
    ("never_overwrites", False): N_("A file that lies there could be replaced: use another folder."),
}

UNSAID: Final[Mapping[str, str]] = {
    "settling_seconds": N_("It does not say how many seconds it needs: settling_s of office.toml counts."),
    "askable": N_("No question to it is configured: after a cut a person has to look there."),
    "idempotent": N_("It names no sandbox, so nobody tried whether what is sent twice is taken once."),
}
"""What is said of a finding that is no fault, where the service announced nothing to find."""

NOT_ANNOUNCED: Final = (
    "not announced",
    "no question configured",
    "not proved: the service announces no sandbox",
)

DETAILS: Final[Mapping[str, str]] = {
    "closed at present": N_("closed at present"),
    "the folder did not answer in time": N_("it does not answer in time"),
    "no question configured": N_("no question to it is configured"),
    "it would be sent again unasked": N_(
        "what had no answer would be sent again, as nothing can be asked and nothing was tried"
    ),
    "the same unit posted twice stands there twice": N_("the same message twice made two records"),
    "another content under the same key was taken": N_("other content under the same key was taken"),
    "it says accepted": N_("it says that it holds what nobody sent"),
    "it says rejected": N_("it rejects it"),
    "it says unknown": N_("its answer says nothing clear"),
    "it says absent": N_("it says that it does not hold it"),
    "the same unit posted twice got two different answers": N_("two answers to the same message"),
    "another content under the same key was no conflict": N_("other content under the same key was taken"),
    "FileNotFoundError": N_("it is not there"),
    "NotADirectoryError": N_("it is no folder"),
    "PermissionError": N_("the right to it is missing"),
}
REFUSED: Final = N_("the system refuses it")
