"""What a screen reader sees of the window: the accessible tree over D-Bus, its actions, and what is said aloud."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_SPI: Final = "org.a11y.atspi."
_ACCESSIBLE: Final = _SPI + "Accessible"
_REGISTRY: Final = _SPI + "Registry"
_ROOT: Final = "/org/a11y/atspi/accessible/root"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_HEARD: Final = ("object:state-changed:focused", "object:announcement")
# In the order of atspi-constants.h (AtspiStateType): the place is the bit.
_STATES: Final = (
    "invalid active armed busy checked collapsed defunct editable enabled expandable expanded focusable focused"
    " has_tooltip horizontal iconified modal multi_line multiselectable opaque pressed resizable selectable"
    " selected sensitive showing single_line stale transient vertical visible manages_descendants"
    " indeterminate required truncated animated invalid_entry supports_autocompletion selectable_text"
    " is_default visited checkable has_popup read_only"
).split()
_LABELLED_BY: Final = 2
_PATIENCE: Final = 30.0
T = TypeVar("T")


class Gone(Exception):
    """The node is no longer there, or never had what was asked of it."""


@dataclass(frozen=True, slots=True)
class Node:
    """One accessible object, by the address of its program and its path there."""

    program: str
    path: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a walk found of a node; `states` are words of AT-SPI."""

    node: Node
    depth: int
    role: str
    name: str
    states: frozenset[str]

    def __str__(self) -> str:
        return f"{'  ' * self.depth}{self.role} “{self.name}”"


class Reader:
    """A screen reader of our own: walks the tree, acts on it, and remembers what was focused and announced."""

    def __init__(self, session_bus: str) -> None:
        session = open_dbus_connection(session_bus)
        try:
            bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            answer = session.send_and_get_reply(new_method_call(bus, "GetAddress"), timeout=_PATIENCE)
        finally:
            session.close()
        (address,) = answer.body
        self._asking: DBusConnection = open_dbus_connection(address)
        self._ears: DBusConnection = open_dbus_connection(address)
        self.announced: list[str] = []
        self._focus: Node | None = None
        self._listen()

    def close(self) -> None:
        """Leave the bus."""
        self._asking.close()
        self._ears.close()

    # --- what is said

    def _listen(self) -> None:
        for member in ("StateChanged", "Announcement"):
            rule = MatchRule(type="signal", interface=f"{_SPI}Event.Object", member=member)
            _body(self._ears.send_and_get_reply(message_bus.AddMatch(rule), timeout=_PATIENCE))
        registry = DBusAddress("/org/a11y/atspi/registry", _REGISTRY, _REGISTRY)
        for event in _HEARD:
            asked = new_method_call(registry, "RegisterEvent", "s", (event,))
            _body(self._ears.send_and_get_reply(asked, timeout=_PATIENCE))

    def hear(self, seconds: float = 0.0) -> bool:
        """Take in what was said meanwhile, waiting at most so long for the first; whether there was anything."""
        heard = False
        while True:
            try:
                message = self._ears.receive(timeout=0.0 if heard else seconds)
            except TimeoutError:
                return heard
            if message.header.message_type is MessageType.signal:
                self._take(message)
                heard = True

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        detail, now, _, (_, value), *_ = message.body
        if fields[HeaderFields.member] == "Announcement":
            self.announced.append(str(value))
        elif detail == "focused" and now:
            self._focus = Node(str(fields[HeaderFields.sender]), str(fields[HeaderFields.path]))

    def focus(self) -> str:
        """The name of what has the focus, empty where that is gone or not known."""
        return self._at_focus(self.name) or ""

    def wait_for_focus(self, name: str) -> None:
        """Until something has the focus whose name begins so."""
        ends = time.monotonic() + _PATIENCE
        while not self.focus().startswith(name):
            assert time.monotonic() < ends, f"the focus is on “{self.focus()}”, not on “{name}”"
            self.hear(0.2)

    def wait_for_typed(self, words: str) -> None:
        """Until exactly these words stand in the field that has the focus."""
        self.until(lambda: self._at_focus(self.words) == words, f"“{words}” in the field")

    def wait_for_tick(self) -> None:
        """Until what has the focus is ticked."""
        self.until(lambda: "checked" in (self._at_focus(self.states) or ()), "the tick")

    def _at_focus(self, ask: Callable[[Node], T]) -> T | None:
        self.hear()
        try:
            return None if self._focus is None else ask(self._focus)
        except Gone:
            return None

    def wait_for_words(self, words: str) -> str:
        """Until a sentence with these words is announced; it and what came before it are then forgotten."""
        ends = time.monotonic() + _PATIENCE
        while True:
            self.hear()
            for place, sentence in enumerate(self.announced):
                if words in sentence:
                    del self.announced[: place + 1]
                    return sentence
            assert time.monotonic() < ends, f"“{words}” was never said, but {self.announced}"
            self.hear(0.2)

    # --- one node

    def call(self, node: Node, interface: str, method: str, signature: str = "", *args: object) -> Any:
        """The answer of a method of one of the node's interfaces. Raises `Gone`."""
        (answer,) = self._calls([_asked(node, _SPI + interface, method, signature, *args)])
        if isinstance(answer, Gone):
            raise answer
        return answer[0] if answer else None

    def get(self, node: Node, interface: str, name: str) -> Any:
        """The value of a property of one of the node's interfaces. Raises `Gone`."""
        asked = _asked(node, _PROPERTIES, "Get", "ss", _SPI + interface, name)
        (answer,) = self._calls([asked])
        if isinstance(answer, Gone):
            raise answer
        return answer[0][1]

    def name(self, node: Node) -> str:
        """What it is called."""
        return str(self.get(node, "Accessible", "Name"))

    def states(self, node: Node) -> frozenset[str]:
        """How it stands, in AT-SPI's words."""
        return _states(self.call(node, "Accessible", "GetState"))

    def shows(self, node: Node) -> bool:
        """Whether it is on the screen now."""
        try:
            return "showing" in self.states(node)
        except Gone:
            return False

    def press(self, node: Node) -> None:
        """Its first action: press, toggle."""
        assert self.call(node, "Action", "DoAction", "i", 0) is True

    def write(self, node: Node, words: str) -> None:
        """Put these words in the place of what stands in it."""
        assert self.call(node, "EditableText", "SetTextContents", "s", words) is True

    def select(self, node: Node, place: int) -> None:
        """Choose one of a list by its place from 0; in a combo box the list is its child."""
        assert self.call(node, "Selection", "SelectChild", "i", place) is True

    def children(self, node: Node) -> list[Node]:
        """What stands directly in it."""
        return [Node(*child) for child in self.call(node, "Accessible", "GetChildren")]

    def spoken(self, seen: Seen) -> str:
        """What a reader calls it: of a combo box the label, since its own name is what is chosen."""
        if seen.role != "combo box":
            return seen.name
        for kind, targets in self.call(seen.node, "Accessible", "GetRelationSet"):
            if kind == _LABELLED_BY:
                return " ".join(self.name(Node(*target)) for target in targets)
        return ""

    def words(self, node: Node) -> str:
        """What stands in it."""
        return str(self.call(node, "Text", "GetText", "ii", 0, -1))

    # --- the tree

    def walk(self) -> Iterator[Seen]:
        """Every node that is shown now, level by level; what goes away meanwhile is left out."""
        level = self._programs()
        depth = 0
        while level:
            stands = self._each(level, "GetState")
            # The program itself is nowhere on the screen.
            shown = [node for node in level if depth == 0 or "showing" in _states(stands.get(node, (0, 0)))]
            roles, children = self._each(shown, "GetRoleName"), self._each(shown, "GetChildren")
            names = self._names(shown)
            level = []
            for node in shown:
                if node in roles and node in children and node in names:
                    yield Seen(node, depth, str(roles[node]), names[node], _states(stands[node]))
                    level += [Node(*child) for child in children[node]]
            depth += 1

    def settled(self) -> list[Seen]:
        """Everything that is shown, once two walks find the same."""
        before: list[Seen] = []
        ends = time.monotonic() + _PATIENCE
        while (now := list(self.walk())) != before:
            assert time.monotonic() < ends, "the window never comes to rest"
            before = now
            self.hear(0.1)
        return now

    def _programs(self) -> list[Node]:
        return [Node(*child) for child in self.call(Node(_REGISTRY, _ROOT), "Accessible", "GetChildren")]

    def _each(self, nodes: Sequence[Node], method: str) -> dict[Node, Any]:
        answers = self._calls([_asked(node, _ACCESSIBLE, method) for node in nodes])
        return {
            node: body[0] for node, body in zip(nodes, answers, strict=True) if not isinstance(body, Gone)
        }

    def _names(self, nodes: Sequence[Node]) -> dict[Node, str]:
        asked = [_asked(node, _PROPERTIES, "Get", "ss", _ACCESSIBLE, "Name") for node in nodes]
        answers = zip(nodes, self._calls(asked), strict=True)
        return {node: str(body[0][1]) for node, body in answers if not isinstance(body, Gone)}

    def find(self, name: str, role: str = "") -> Node:
        """The first node shown whose name begins so, of that role where one is given; waits for it."""
        ends = time.monotonic() + _PATIENCE
        while True:
            for seen in self.walk():
                if seen.name.startswith(name) and role in ("", seen.role):
                    return seen.node
            assert time.monotonic() < ends, f"no {role} “{name}” among\n" + "\n".join(map(str, self.walk()))
            self.hear(0.05)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Until something is so, listening meanwhile."""
        ends = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < ends, f"waited in vain for {what}"
            self.hear(0.05)

    def _calls(self, asked: Sequence[Message]) -> list[Any]:
        """The answers to many questions at once, in their order; `Gone` for a node that went away."""
        serials = []
        for message in asked:
            serial = next(self._asking.outgoing_serial)
            self._asking.send(message, serial=serial)
            serials.append(serial)
        answers: dict[int, Any] = {}
        while len(answers) < len(serials):
            message = self._asking.receive(timeout=_PATIENCE)
            answered = message.header.fields.get(HeaderFields.reply_serial)
            if answered is not None:
                failed = message.header.message_type is MessageType.error
                answers[int(answered)] = Gone(str(message.body)) if failed else message.body
        return [answers[serial] for serial in serials]


def _states(bits: Sequence[int]) -> frozenset[str]:
    low, high = bits
    return frozenset(word for bit, word in enumerate(_STATES) if (low | high << 32) >> bit & 1)


def _asked(node: Node, interface: str, method: str, signature: str = "", *args: object) -> Message:
    return new_method_call(DBusAddress(node.path, node.program, interface), method, signature or None, args)


def _body(answer: Message) -> Any:
    assert answer.header.message_type is not MessageType.error, answer.body
    return answer.body
