"""The digest of a form: another one for whatever shapes the bytes, the same for everything else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from counter_app.domain.catalogue import Service
from counter_app.domain.files_way import Deposits, FilesWay
from counter_app.domain.postgres_way import PostgresWay
from counter_app.domain.rest_way import Answers, Create, Request, RestWay
from counter_app.domain.wire_form import form_of

CREATE = Create(once_by="client_id", path="/lots", body='{"k": ${key}}')
REST = RestWay(create=CREATE, codes={"aid": {"FR-CAP": "D-01"}})
OVER_HTTP = Service(id="s", names={}, connector="rest", address="https://one.example", rest=REST)
LINE = Deposits(form="csv", line="${key};${aid}", head="k;a")
BY_FILES = Service(id="s", names={}, connector="files", folder="in", files=FilesWay(deposits=LINE))
ROWS = PostgresWay(
    hosts=("h",), database="d", user="u", table="t", key="k", rows_stay=True, columns={"a": "aid"}
)
BY_ROWS = Service(id="s", names={}, connector="postgres", postgres=ROWS)


@pytest.mark.parametrize(
    "other",
    [
        replace(OVER_HTTP, rest=replace(REST, create=replace(CREATE, body='{"k": ${key} }'))),
        replace(OVER_HTTP, rest=replace(REST, create=replace(CREATE, path="/v2/lots"))),
        replace(OVER_HTTP, rest=replace(REST, create=replace(CREATE, headers={"X": "1"}))),
        replace(OVER_HTTP, rest=replace(REST, create=replace(CREATE, items="[${items}]"))),
        replace(OVER_HTTP, rest=replace(REST, codes={"aid": {"FR-CAP": "D-02"}})),
        replace(OVER_HTTP, rest=None),
        replace(BY_FILES, files=FilesWay(deposits=replace(LINE, line="${key};${aid:upper}"))),
        replace(BY_FILES, files=FilesWay(deposits=replace(LINE, head="k;b"))),
        replace(BY_FILES, files=FilesWay(deposits=replace(LINE, encoding="cp1252"))),
        replace(BY_ROWS, postgres=replace(ROWS, columns={"a": "kind"})),
        replace(BY_ROWS, postgres=replace(ROWS, body="whole")),
    ],
)
def test_what_shapes_the_bytes_makes_another_form(other: Service) -> None:
    before = {"rest": OVER_HTTP, "files": BY_FILES, "postgres": BY_ROWS}[other.connector]
    assert form_of(other) != form_of(before)


@pytest.mark.parametrize(
    "same",
    [
        replace(OVER_HTTP, address="https://two.example", batch_max=3, pauses=()),
        replace(OVER_HTTP, rest=replace(REST, pins=("0" * 64,), ask=Request(path="/x"))),
        replace(OVER_HTTP, rest=replace(REST, create=replace(CREATE, answers=Answers(number="n")))),
        replace(BY_FILES, files=FilesWay(deposits=replace(LINE, folder="elsewhere", done=()))),
        replace(BY_ROWS, postgres=replace(ROWS, hosts=("h2",), status="etat")),
    ],
)
def test_where_it_goes_and_how_answers_are_read_is_no_part_of_it(same: Service) -> None:
    before = {"rest": OVER_HTTP, "files": BY_FILES, "postgres": BY_ROWS}[same.connector]
    assert form_of(same) == form_of(before) != ""


def test_our_own_form_has_no_digest() -> None:
    assert (
        form_of(replace(OVER_HTTP, rest=None))
        == form_of(replace(OVER_HTTP, rest=RestWay(pins=("0" * 64,))))
        == ""
    )
    assert (
        form_of(replace(BY_FILES, files=None)) == form_of(Service(id="s", names={}, connector="manual")) == ""
    )
    assert form_of(Service(id="s", names={}, connector="theirs", options={"shape": 2})) != ""
