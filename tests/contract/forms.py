"""Tables `rest` of services in the forms of the two centres that the contract is played against."""

from __future__ import annotations

import tomllib

import msgspec

from counter_app.domain.rest_way import RestWay

_PRACTICE_SAYS = """
verdict = "status"
verdicts = { accepted = "accepted", received = "received", rejected = "rejected", conflict = "conflict" }
number = "number"
reason = "reason"
words = "words"
record = "record"
"""

_PRACTICE_HOLDS = """
absent = "status == 'absent'"
verdict = "status"
verdicts = { accepted = "accepted", received = "received", rejected = "rejected" }
number = "number"
reason = "reason"
words = "words"
record = "record"
"""

PRACTICE = f"""
[create]
once_by = "idempotency_key"
path = "/entries"
[create.answers]
{_PRACTICE_SAYS}
[ask]
path = "/entries/${{key}}"
[ask.answers]
statuses = {{ 404 = "read" }}
{_PRACTICE_HOLDS}"""

PRACTICE_BATCHES = f"""
[create]
once_by = "client_id"
path = "/batches"
headers = {{ Idempotency-Key = "${{attempt}}" }}
body = '{{"key": ${{key}}, "body": ${{body}}}}'
items = '{{"items": [${{items}}]}}'
[create.answers]
results = "results"
key = "key"
{_PRACTICE_SAYS}
[ask]
method = "POST"
path = "/queries"
body = '"${{key}}"'
items = '{{"keys": [${{items}}]}}'
[ask.answers]
results = "results"
key = "key"
{_PRACTICE_HOLDS}
[ask_number]
method = "POST"
path = "/queries"
body = '${{number}}'
items = '{{"numbers": [${{items}}]}}'
[ask_number.answers]
results = "results"
key = "number"
absent = "status == 'absent'"
number = "number"
record = "record"
"""

_FOREIGN_BODY = """'''
{"external_id": ${key}, "dispositif": ${aid}, "montant": "${cents:amount}", "demandeur":
 {"nom": "${person.surname:upper}", "prenoms": "${person.given_names}", "naissance": "${person.birth_date:%d/%m/%Y}"}}
'''"""

_FOREIGN_ANSWERS = """
verdict = "etat"
verdicts = { OUVERT = "accepted", REFUSE = "rejected", DIFFERENT = "conflict" }
number = "dossier.numero"
reason = "erreur.code"
words = "erreur.texte"
record = "dossier"
"""

_FOREIGN_RECORD = """
[record]
aid = "dispositif"
"cents:amount" = "montant"
"person.surname:upper" = "demandeur.nom"
"person.given_names" = "demandeur.prenoms"
"person.birth_date:%d/%m/%Y" = "demandeur.naissance"

[codes.aid]
FR-CAP = "D-01"
FR-SECURG = "D-02"
"""

FOREIGN_ASK = """
[ask]
path = "/dossiers?external_id=${key}"
[ask.answers]
absent = "total == `0`"
count = "total"
verdict = "items[0].etat"
verdicts = { OUVERT = "accepted", REFUSE = "rejected" }
number = "items[0].numero"
reason = "items[0].erreur.code"
words = "items[0].erreur.texte"
record = "items[0]"
"""

FOREIGN_NUMBERS = """
[ask_number]
path = "/numeros/${number}"
[ask_number.answers]
absent = "total == `0`"
number = "items[0].numero"
record = "items[0]"
"""

FOREIGN = f"""
[create]
once_by = "client_id"
path = "/dossiers"
body = {_FOREIGN_BODY}
[create.answers]
statuses = {{ 409 = "read" }}
{_FOREIGN_ANSWERS}
{FOREIGN_ASK}
{FOREIGN_NUMBERS}
{_FOREIGN_RECORD}
"""

FOREIGN_BATCHES = f"""
[create]
once_by = "client_id"
path = "/lots"
body = {_FOREIGN_BODY}
items = '{{"lot": ${{attempt}}, "dossiers": [${{items}}]}}'
[create.answers]
results = "resultats"
key = "external_id"
{_FOREIGN_ANSWERS}
{FOREIGN_ASK}
{_FOREIGN_RECORD}
"""

FOREIGN_PUT = f"""
[create]
once_by = "if_none_match"
method = "PUT"
path = "/dossiers/${{key}}"
body = {_FOREIGN_BODY}
[create.answers]
{_FOREIGN_ANSWERS}

[ask]
path = "/dossiers/${{key}}"
[ask.answers]
statuses = {{ 404 = "absent" }}
verdict = "etat"
verdicts = {{ OUVERT = "accepted", REFUSE = "rejected" }}
number = "numero"
reason = "erreur.code"
words = "erreur.texte"
{_FOREIGN_RECORD}
"""


def way(text: str) -> RestWay:
    """The table as `office.toml` would hold it."""
    return msgspec.convert(tomllib.loads(text), RestWay)
