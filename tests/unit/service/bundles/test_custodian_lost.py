"""One of the two machines is lost and restored: custody and names are in its copy, and nothing is sent unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from counter_app.keys.keyring import Keyring, open_keys
from counter_app.service.bundles.giving import export_bundle
from counter_app.service.bundles.keys import own_recipient
from counter_app.service.bundles.taking import import_bundle
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.mirror.media import add_medium
from counter_app.service.mirror.now import copy_now
from counter_app.service.restoring.epoch import Restore, restore
from tests.unit.counters import IT, PASSPHRASE, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts


def opener(folder: Path, name: str) -> Keyring:
    return open_keys(folder, PASSPHRASE, name)


def test_the_next_epoch_goes_on_with_what_was_entrusted_and_asks_first(
    open_desk: Callable[..., Desk], desk: Desk, tmp_path: Path
) -> None:
    it, stick = open_desk("A3"), tmp_path / "stick"
    stick.mkdir()
    it.workstation.at_close.pop()()
    request = desk.id("record_request", person=person("Quatremère"), aid="FR-SECURG")
    exchange_by_folder(desk.workstation, tmp_path)
    exchange_by_folder(it.workstation, tmp_path)
    add_medium(it.workstation, stick)
    copy_now(it.workstation)
    # The names of entries that were copied already come only now.
    given = export_bundle(desk.workstation, tmp_path / "given", IT, to="A3", custody=True).path
    assert import_bundle(it.workstation, given, IT).completed == 1
    recipient = own_recipient(it.workstation)
    copy_now(it.workstation)
    found = restore(Restore((stick,), tmp_path / "new", opener, IT), it.clock)
    assert (found.chain, found.unknown) == ("A3b", 1)
    new = Desk(tmp_path / "new")
    try:
        assert own_recipient(new.workstation) == recipient
        assert [unit.state.value for unit in new.units(request)] == ["unknown"]
        centre = Centre(accepts())
        new.clock.jump(3600)
        Deliverer(new, centre).run()
        assert ([message.key for message in centre.asked], centre.sent) == ([request], [])
        assert b"Quatrem" in centre.asked[0].body
        assert new.findings() == []
        # A1 hears that it arrived, from the new epoch.
        for one in (new, desk):
            exchange_by_folder(one.workstation, tmp_path)
        assert [unit.state.value for unit in desk.units(request)] == ["accepted"]
    finally:
        new.close()


def test_a_counter_that_was_restored_gives_what_its_epochs_left_to_a_machine_that_never_heard_of_it(
    open_desk: Callable[..., Desk], desk: Desk, tmp_path: Path
) -> None:
    it, stick = open_desk("A3"), tmp_path / "stick"
    stick.mkdir()
    desk.workstation.at_close.pop()()
    before = desk.id("record_request", person=person("Quatremère"), aid="FR-SECURG")
    add_medium(desk.workstation, stick)
    copy_now(desk.workstation)
    restore(Restore((stick,), tmp_path / "new", opener, IT), desk.clock)
    new = Desk(tmp_path / "new")
    try:
        after = new.id("record_request", person=person("Okoye"), aid="FR-SECURG")
        given = export_bundle(new.workstation, tmp_path / "given", IT, to="A3", custody=True)
        assert [part.chain for part in given.manifest.ranges] == ["A1", "A1b"]
        done = import_bundle(it.workstation, given.path, IT)
    finally:
        new.close()
    assert done.taken.keys() == {"A1", "A1b"}
    centre = Centre(accepts())
    it.clock.jump(3600)
    Deliverer(it, centre).run()
    assert [message.key for message in centre.asked] == [before]
    assert [message.key for message in centre.sent] == [after]
    assert it.findings() == []
