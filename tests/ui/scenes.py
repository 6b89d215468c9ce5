"""Every page as a person meets it at work, one after another: to be photographed, and to be measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counter_app.domain.commands import parse_command
from counter_app.service.erasure import Erasure
from counter_app.service.lost_numbers import NumberSearch, Reentered
from counter_app.service.mirror.media import add_medium
from counter_app.service.phone_keys import enrol
from counter_app.service.restoring.epoch import Restored
from counter_app.service.retention import Due
from tests.ui import stage
from ui import shortcuts
from ui.pages import pages_for

if TYPE_CHECKING:
    from ui.main_window import MainWindow

_KEY = Qt.Key
_LOST = (
    NumberSearch(
        before="A1",
        first_figure=132,
        missing=("A1-0132", "A1-0134"),
        entered=(
            Reentered(133, "A1-0133", "A1b-0002", "aid_granted", is_twice=True),
            Reentered(135, "A1-0135", "A1b-0001", "request_recorded", is_twice=False),
        ),
        given_up=("A1-0131",),
        next="A1-0136",
        is_ended=False,
    ),
)
"""What a restored counter looks for; the stage's own was never restored."""


def scenes(window: MainWindow) -> Iterator[str]:
    """Yield the name of each scene while the window shows it, from the passphrase on."""
    yield "unlock"
    yield from _restoring(window)
    stage.unlock(window)
    yield "sign_in"
    for person, play in ((stage.AGENT, _agent), (stage.SUPERVISOR, _supervisor), (stage.IT, _it)):
        stage.sign_in(window, person)
        assert window.shell is not None
        seen = set()
        for name in play(window):
            stage.rest(window, 30)
            seen.add(window.shell.here)
            yield f"{name}-{window.shell.session.person.role}"
        unseen = {
            spec.id for spec in pages_for(window.shell.session.person.role) if spec.in_navigation
        } - seen
        for page_id in sorted(unseen):
            window.navigate(page_id)
            stage.rest(window, 30)
            yield f"{page_id}-{window.shell.session.person.role}"
        window.shell.show_keys()
        stage.rest(window, 30)
        yield f"key_help-{window.shell.session.person.role}"
        window.shell.show_keys()
        window.shell.show_now()
        stage.rest(window, 30)
        yield f"what_now-{window.shell.session.person.role}"
        window.shell.show_now()
        window.change_agent()
        stage.settle()


def _restoring(window: MainWindow) -> Iterator[str]:
    """Going on from a copy, up to what it came to; nothing is restored here."""
    window.restore()
    gate: Any = window.gate
    gate.lost.setChecked(True)
    stage.rest(window, 30)
    yield "restore_lost"
    gate._grid.show_words("atlantic contempt smith stinger mascot suffrage")
    gate._show(gate.keep)
    stage.rest(window, 30)
    yield "restore_words"
    found = Restored("A1b", "A1", 148, "A1-0131", "A1-0132", 2, 3, 1, None, ())
    gate._done(found)
    stage.rest(window, 30)
    yield "restored"
    gate._leave()


def run_recovery(window: MainWindow) -> None:
    """IT sends what waits for the first service, and what the centre answers is recorded."""
    page = _go(window, "recovery")
    page.services.selectRow(0)
    page.run_one()
    stage.until(lambda: page.round.results and not page.round.busy)
    stage.rest(window, 30)


def _go(window: MainWindow, page_id: str, **args: object) -> Any:
    window.navigate(page_id, **args)
    stage.rest(window, 30)
    assert window.shell is not None
    return window.shell.page


def _agent(window: MainWindow) -> Iterator[str]:
    counter = _go(window, "counter", fresh=True)
    yield "counter"
    counter.search.setText("ben")
    counter.refresh()
    yield "found"
    counter.search.setText("Benali Samira")
    counter.refresh()
    stage.rest(window, 30)
    _enter(window, counter.search)
    yield "citizen"
    act = _go(window, "act")
    act.form.aid.choose("FR-SECURG")
    act.form.amount.setText("35")
    for box in act.form._ticks.values():
        box.setChecked(True)
    stage.settle(150)
    yield "act"
    act.form.pay_now.setChecked(True)
    stage.settle(150)
    yield "act_paid"
    act.form.pay_now.setChecked(False)
    act.begin_refusal()
    yield "act_refused"
    act.end_refusal()
    act.clear()
    yield from _paper(window)
    new = _go(window, "new_citizen", typed="Traoré Aminata")
    new.form.birth_date.setText("14/3/1987")
    new.form.address.setText("12 rue des Tanneurs, 44000 Exemple-sur-Loire")
    yield "new_citizen"
    new.clear()
    today = _go(window, "today")
    yield "today"
    grant = next(
        line for line in _rows(today.table) if line.kind == "aid_granted" and line.state == "granted"
    )
    settle = _go(window, "settle", entry_id=grant.entry_id, back="today")
    yield "settle"
    settle.payment.acquit.choose("signed")
    settle.pay()
    stage.rest(window, 30)
    yield "settle_done"
    waiting = next(line for line in _rows(today.table) if line.state == "pending")
    _go(window, "settle", entry_id=waiting.entry_id, back="today")
    yield "settle_waiting"


def _paper(window: MainWindow) -> Iterator[str]:
    """A receipt of before a restore, entered from its paper by whoever stands there; nothing is recorded here."""
    paper = _go(window, "paper")
    yield "paper_head"
    paper.step.number.setText("A1-0132")
    paper.step.day.setText("20/11/2025")
    paper.step.time.setText("14:30")
    paper.step.record()
    stage.rest(window, 30)
    paper.step.form.amount.setText("35")
    paper.step.form.payment.means.choose("voucher")
    stage.rest(window, 150)
    yield "paper_act"
    paper.step.form.pay_now.setChecked(False)
    paper._back_to_head()
    stage.rest(window, 30)
    paper._show(_LOST)
    paper._back_to_start()
    paper._show(_LOST)
    yield "paper_numbers"


def _supervisor(window: MainWindow) -> Iterator[str]:
    paper = _go(window, "paper")
    yield "paper_nobody"
    paper._show(_LOST)
    paper.end_search()
    yield "paper_end"
    paper.back()
    approvals = _go(window, "approvals")
    yield "approvals"
    if _rows(approvals.table):
        approvals.open_case(_rows(approvals.table)[0])
        yield "approval"
        approvals.back()
    approvals.answer_a_call()
    yield "approval_call"
    approvals.back()
    closing = _go(window, "closing")
    yield "closing"
    for name, step in (
        ("days", closing.show_days),
        ("vouchers", lambda: closing._look("vouchers")),
        ("bring_cash", closing.bring_cash),
        ("count", closing.close_day),
    ):
        step()
        yield name
    closing.back()
    limits = _go(window, "limits")
    yield "limits"
    shortcuts.press(window, "Ctrl+J")
    yield "limits_rules"
    limits.release()
    yield "limits_release"
    limits.back()
    incident = _go(window, "incident")
    yield "incident"
    for name, act in (
        ("declare", incident.declare),
        ("line", incident.update_incident),
        ("end", incident.close_incident),
    ):
        act()
        yield name
        incident.back()
    log = _go(window, "closing")
    log.show_log()
    stage.settle(200)
    yield "log"
    log.back()
    _go(window, "looks")
    yield "looks"
    today = _go(window, "today")
    of_a_person = next(line for line in _rows(today.table) if line.kind == "aid_granted")
    _go(window, "person_data", entry_id=of_a_person.entry_id)
    yield "person_data"


def _it(window: MainWindow) -> Iterator[str]:
    _go(window, "recovery")
    yield "recovery"
    run_recovery(window)
    yield "recovery_run"
    differences = _go(window, "differences")
    yield "differences"
    # One of each state: how many there are of each is the centre's to say.
    for unit in {unit.state: unit for unit in reversed(_rows(differences.table))}.values():
        differences.open_unit(unit)
        stage.rest(window, 30)
        yield f"unit_{unit.state}"
        differences.back()
    if _rows(differences.table):
        differences.decide_alike()
        stage.rest(window, 30)
        yield "alike"
        differences.back()
    differences.show_decided()
    stage.rest(window, 30)
    yield "decided"
    differences.back()
    yield from _twice(window)
    audit = _go(window, "audit")
    audit.ask_all()
    stage.until(lambda: not audit.audit.busy)
    yield "audit"
    board = _go(window, "board")
    yield "board"
    board.write_bundle()
    yield "board_write"
    board.back()

    yield from _safety(window)


def _twice(window: MainWindow) -> Iterator[str]:
    """Somebody who was refused asked again, and had asked on paper a week before."""
    assert window.workstation is not None
    surname, given, born = stage.PEOPLE[4]
    person = {"surname": surname, "given_names": [given], "birth_date": born, "identity": "document"}
    told = {"command": "record_request", "agent": stage.AGENT, "person": person, "aid": "FR-SECURG"}
    earlier = {"asked_cents": 5000, "already_happened": True, "happened_at": "2026-03-09T10:15:00+01:00"}
    for more in (earlier, {"asked_cents": 6500}):
        window.workstation.record(parse_command(json.dumps(told | more)), "window")
    twice = _go(window, "twice", back="differences")
    yield "twice"
    twice.open_pair(_rows(twice.table)[0])
    stage.rest(window, 30)
    yield "twice_pair"
    twice.back()


def _safety(window: MainWindow) -> Iterator[str]:
    """What IT sets up before the day on which it is needed."""
    copies = _go(window, "copies")
    yield "copies_none"
    assert window.workstation is not None
    stick = window.workstation.data.parent / "stick"
    stick.mkdir(exist_ok=True)
    add_medium(window.workstation, stick)
    copies.copy_now()
    stage.until(lambda: copies.faces.place == 1 and not copies.progress.isVisible())
    yield "copies"
    keys = _go(window, "keys")
    yield "keys"
    for name, act in (
        ("keys_holders", keys.add_holders),
        ("keys_rehearse", keys.rehearse),
        ("keys_rotate", keys.rotate),
    ):
        act()
        yield name
        keys.back()
    phones = _go(window, "phone_keys")
    yield "phone_keys_none"
    phones.make()
    yield "phone_keys_make"
    phones.back()
    secret = stick / "phone-A2.key"
    secret.unlink(missing_ok=True)
    enrol(window.workstation, stage.SUPERVISOR, "A2", secret, stage.IT)
    phones.refresh()
    stage.rest(window, 30)
    yield "phone_keys"
    suspects = _go(window, "suspects")
    yield "suspects"
    suspects._chains = ["A2"]
    suspects.declare()
    yield "suspects_declare"
    suspects.back()
    retention = _go(window, "retention")
    stage.until(lambda: retention._due is not None)
    yield "retention"
    retention._show(Due(Erasure(1284, 3, retention._due.erasure.kept, ("E:\\copy",)), 412))
    retention.erase()
    yield "retention_erase"
    retention.back()


def _rows(table: Any) -> list[Any]:
    return [table.rows.row_at(place) for place in range(table.rows.rowCount())]


def _enter(window: MainWindow, field: Any) -> None:
    QTest.keyClick(field, _KEY.Key_Return)
    stage.rest(window, 30)
