"""What a probe says of a target that could double-post, before anything real is sent to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from counter_app.connectors.rest_foreign import ForeignConnector
from counter_app.sync.port import Probe
from tests.contract import forms
from tests.contract.foreign_server import Behaviour, foreign
from tests.unit.connectors.ways import ways

BLIND = forms.FOREIGN.replace(forms.FOREIGN_ASK, "").replace(forms.FOREIGN_NUMBERS, "")


@pytest.fixture
def probed() -> Iterator[Callable[..., Probe]]:
    """Probes a centre that behaves so, with its trial place unless told otherwise."""
    with ExitStack() as stack:

        def check(
            behaviour: Behaviour, text: str = forms.FOREIGN, *, trial: bool = True, **options: Any
        ) -> Probe:
            server = stack.enter_context(foreign(behaviour))
            way = forms.way(text)
            assert way.create is not None
            sandbox = ways(f"{server.url}/trial") if trial else None
            connector = ForeignConnector(
                ways(f"{server.url}/api"), way, way.create, sandbox=sandbox, aid="FR-CAP", **options
            )
            stack.callback(connector.close)
            probe = connector.check()
            assert server.books["api"].records == []
            return probe

        yield check


def findings(probe: Probe) -> dict[str, tuple[bool, str]]:
    return {finding.code: (finding.ok, finding.detail) for finding in probe.findings}


@pytest.mark.parametrize(
    "text", [forms.FOREIGN, forms.FOREIGN_BATCHES, forms.FOREIGN_PUT], ids=["one", "batches", "put"]
)
@pytest.mark.parametrize("behaviour", ["honest", "old-record", "error-for-a-duplicate"])
def test_a_centre_that_never_makes_two_records_of_one_key_is_proved_safe(probed, behaviour, text):
    probe = probed(behaviour, text)
    assert (probe.reachable, probe.idempotent, probe.askable) == (True, True, True)
    assert all(finding.ok for finding in probe.findings)


@pytest.mark.parametrize(
    "text", [forms.FOREIGN, forms.FOREIGN_BATCHES, BLIND], ids=["one", "batches", "blind"]
)
def test_a_centre_that_makes_two_records_of_one_key_is_refused_and_told_why(probed, text):
    probe = probed("doubling", text)
    assert not probe.idempotent
    assert findings(probe)["idempotent"] == (False, "the same unit posted twice stands there twice")


def test_a_centre_that_hides_its_numbers_is_found_out_by_how_many_records_it_has(probed):
    hidden = forms.FOREIGN.replace('number = "dossier.numero"', "").replace('number = "items[0].numero"', "")
    probe = probed("doubling", hidden)
    assert findings(probe)["idempotent"] == (False, "the same unit posted twice stands there twice")


def test_where_nothing_can_be_asked_or_tried_what_would_be_sent_again_is_refused(probed):
    probe = probed("honest", BLIND, trial=False, repeats=True)
    assert findings(probe)["idempotent"] == (False, "it would be sent again unasked")
    assert findings(probe)["askable"][0] is False


def test_where_nothing_can_be_asked_a_person_may_decide_instead(probed):
    probe = probed("honest", BLIND, trial=False, repeats=False)
    assert not probe.idempotent
    assert all(finding.ok for finding in probe.findings)


def test_without_a_trial_place_a_centre_that_can_be_asked_is_usable_but_not_proved(probed):
    probe = probed("doubling", trial=False)
    assert (probe.reachable, probe.idempotent, probe.askable) == (True, False, True)
    assert findings(probe)["idempotent"] == (True, "not proved: the service announces no sandbox")


def test_a_centre_whose_absence_cannot_be_read_is_not_askable(probed):
    probe = probed("honest", forms.FOREIGN.replace("total == `0`", "total == `9`"))
    assert not probe.askable
    assert findings(probe)["askable"][0] is False


def test_a_trial_place_that_refuses_the_trial_proves_nothing(probed):
    probe = probed("honest", forms.FOREIGN.replace("FR-CAP = ", "FR-OTHER = "))
    assert not probe.idempotent
    assert findings(probe)["sandbox"][0] is False
