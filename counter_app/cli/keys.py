"""`keys list|add|change|revoke|rotate|recover`, `keys recovery add|remove|rehearse`: who may open the workstation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counter_app.cli.console import Console
from counter_app.cli.new_words import new_words, say_words
from counter_app.cli.options import data_folder, opened
from counter_app.domain.errors import BadInput, JournalBroken

if TYPE_CHECKING:
    from counter_app.keys.keyring import Keyring
    from counter_app.keys.recovery import Recovered
    from counter_app.service.workstation import Workstation


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    commands.add_parser("list", parents=[shared], help="who may open the workstation").set_defaults(run=_list)
    new = commands.add_parser("add", parents=[shared], help="a colleague's own passphrase, six new words")
    new.add_argument("person", help="the colleague's id")
    new.set_defaults(run=_add)
    change = commands.add_parser("change", parents=[shared], help="new words for the passphrase given")
    change.set_defaults(run=_change)
    revoke = commands.add_parser("revoke", parents=[shared], help="take a passphrase away; new database key")
    revoke.add_argument("slot", help="its id, or the colleague's")
    revoke.set_defaults(run=_revoke)
    rotate = commands.add_parser("rotate", parents=[shared], help="a new database key; passphrases stay")
    rotate.set_defaults(run=_rotate)
    recover = commands.add_parser("recover", parents=[shared], help="new words by IT's recovery keys")
    recover.set_defaults(run=_recover)
    for command in (recover,):
        command.add_argument("--identity", type=Path, action="append", required=True, metavar="FILE")
    for command in (new, change, recover):
        command.add_argument("--words-file", type=Path, metavar="OUT", help="where the new words are written")
    recovery = commands.add_parser("recovery", parents=[shared], help="recovery keys held by IT")
    _add_recovery(recovery, shared)
    for command in (new, change, revoke, rotate, recover):
        command.add_argument("--agent", required=True, metavar="ID", help="who does it")


def _add_recovery(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    commands = group.add_subparsers(metavar="COMMAND")
    new = commands.add_parser("add", parents=[shared], help="let age keys recover this workstation")
    new.add_argument("recipient", nargs="+", help="public age keys (age1…)")
    new.add_argument("--label", action="append", default=[], help="who holds it, one for each key")
    new.add_argument("--needed", type=int, metavar="N", help="how many of them it takes")
    new.set_defaults(run=_recovery_add)
    remove = commands.add_parser("remove", parents=[shared], help="take one away; new database key")
    remove.add_argument("recipient", help="label or public key")
    remove.add_argument("--needed", type=int, metavar="N", help="how many of the others it takes")
    remove.set_defaults(run=_recovery_remove)
    rehearse = commands.add_parser("rehearse", parents=[shared], help="prove that recovery works, on a copy")
    rehearse.add_argument("--identity", type=Path, action="append", required=True, metavar="FILE")
    rehearse.add_argument("--from", dest="folder", type=Path, metavar="FOLDER", help="a copy to be opened")
    rehearse.set_defaults(run=_rehearse)
    for command in (new, remove, rehearse):
        command.add_argument("--agent", required=True, metavar="ID", help="who does it")


def _list(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.key_changes import keys_of
    from counter_app.service.rehearsal import last_rehearsal

    with opened(arguments) as workstation:
        file = keys_of(workstation)
        rehearsed = last_rehearsal(workstation, file)
        used = workstation.keyring.opened_by
    for slot in file.slots:
        console.raw(f"{slot.id}  {slot.label}{'  *' if slot.id == used else ''}")
    holders = file.recovery.recipients if file.recovery else ()
    needed = file.recovery.needed if file.recovery else 0
    for one in holders:
        console.raw(f"{one.recipient}  {one.label}")
    if holders:
        console.say("{needed} of {count} recovery keys open it.", needed=needed, count=len(holders))
    if console.as_json:
        slots = [{"id": slot.id, "person": slot.label, "in_use": slot.id == used} for slot in file.slots]
        recovery = {
            "needed": needed,
            "recipients": [{"recipient": one.recipient, "label": one.label} for one in holders],
            "rehearsed_at": None if rehearsed is None else rehearsed.isoformat(),
        }
        console.result({"slots": slots, "recovery": recovery})
    return 0


def _add(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.key_changes import add_slot

    return _with_words(
        arguments,
        console,
        lambda workstation, words: add_slot(workstation, arguments.person, words, arguments.agent),
    )


def _change(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.key_changes import change_words

    return _with_words(
        arguments, console, lambda workstation, words: change_words(workstation, words, arguments.agent)
    )


def _revoke(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.key_changes import revoke_slot

    _changed(arguments, lambda workstation: revoke_slot(workstation, arguments.slot, arguments.agent))
    console.say("Taken away: {slot}. The journal has a new key.", slot=arguments.slot)
    console.say("Copies of the folder made before still open with what opened them then: destroy them.")
    return _told(console, {"revoked": arguments.slot})


def _rotate(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.key_changes import rotate

    _changed(arguments, lambda workstation: rotate(workstation, arguments.agent))
    console.say("The journal has a new key; passphrases and recovery keys stay as they were.")
    return _told(console, {"rotated": True})


def _recovery_add(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.key_changes import holders_with, keys_of, set_recovery

    labels = [*arguments.label, *arguments.recipient[len(arguments.label) :]]
    if len(labels) > len(arguments.recipient):
        raise BadInput("recovery_labels")

    def change(workstation: Workstation) -> Keyring:
        file = keys_of(workstation)
        holders = holders_with(file, list(zip(labels, arguments.recipient, strict=True)))
        needed = arguments.needed or (file.recovery.needed if file.recovery else 1)
        return set_recovery(workstation, holders, needed, arguments.agent)

    _changed(arguments, change)
    console.say("Set up. Prove now that it works: `keys recovery rehearse`.")
    return _told(console, {"added": arguments.recipient})


def _recovery_remove(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.key_changes import keys_of, remove_holder

    def change(workstation: Workstation) -> Keyring:
        recovery = keys_of(workstation).recovery
        needed = arguments.needed or (recovery.needed if recovery else 0)
        return remove_holder(workstation, arguments.recipient, needed, arguments.agent)

    _changed(arguments, change)
    console.say("Taken away: {slot}. The journal has a new key.", slot=arguments.recipient)
    return _told(console, {"removed": arguments.recipient})


def _rehearse(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.rehearsal import rehearse

    folder: Path = arguments.folder or data_folder(arguments)
    with opened(arguments, write=True) as workstation:
        done = rehearse(workstation, folder, arguments.identity, arguments.agent)
    for finding in done.findings:
        console.raw(console.text.error(finding))
    if not done.findings:
        console.say(
            "Recovery works: the keys of {holders} opened {count} entries. The rehearsal is recorded.",
            holders=", ".join(done.labels),
            count=done.entries,
        )
    if done.missing:
        console.say("The copy lacks the last {count} entries of this workstation.", count=done.missing)
    findings = [{"code": one.code, "message": console.text.error(one)} for one in done.findings]
    told = {"ok": not findings, "entries": done.entries, "missing": done.missing}
    _told(console, {**told, "holders": list(done.labels), "findings": findings})
    return JournalBroken.exit_status if findings else 0


def _recover(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import open_with_keys
    from counter_app.service.key_changes import add_slot

    data = data_folder(arguments)
    recovered = _recovered(data, arguments.identity)
    words = new_words(arguments, console)
    with closing(open_with_keys(data, recovered.keyring, write=True)) as workstation:
        keyring = add_slot(
            workstation, arguments.agent, words, arguments.agent, recovered_by=recovered.recipients
        )
    _settled(data, keyring)
    say_words(arguments, console)
    console.say("Recovered with the keys of {holders}.", holders=", ".join(recovered.labels))
    return _told(console, {"recovered_by": list(recovered.labels), "needed": recovered.needed})


def _recovered(folder: Path, identities: list[Path]) -> Recovered:
    """What the recovery keys open in a folder, whichever of its files of keys is in force."""
    from counter_app.keys.recovery import read_identities, recover_keys
    from counter_app.service.key_changes import opened_keys
    from counter_app.storage.database import JOURNAL

    read = read_identities(identities)
    found: list[Recovered] = []

    def open_one(name: str) -> Keyring:
        found.append(recover_keys(folder, read, name))
        return found[-1].keyring

    keyring = opened_keys(folder, folder / JOURNAL, open_one)
    return next(one for one in found if one.keyring is keyring)


def _with_words(
    arguments: argparse.Namespace, console: Console, act: Callable[[Workstation, bytes], Keyring]
) -> int:
    """A change that gives somebody new words: they are written down before anything counts on them."""
    words: list[bytes] = []

    def change(workstation: Workstation) -> Keyring:
        words.append(new_words(arguments, console))
        return act(workstation, words[0])

    _changed(arguments, change)
    say_words(arguments, console)
    return _told(console, {"words_file": str(arguments.words_file) if arguments.words_file else None})


def _changed(arguments: argparse.Namespace, change: Callable[[Workstation], Keyring]) -> None:
    with opened(arguments, write=True) as workstation:
        keyring = change(workstation)
    _settled(data_folder(arguments), keyring)


def _settled(data: Path, keyring: Keyring) -> None:
    """Open it once more with the keys as they are now: that records the change, and proves that they open it."""
    from counter_app.bootstrap import open_with_keys

    open_with_keys(data, keyring, write=True).close()


def _told(console: Console, value: dict[str, Any]) -> int:
    if console.as_json:
        console.result(value)
    return 0
