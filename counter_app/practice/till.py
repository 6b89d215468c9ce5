"""What lies at a counter of practice: drawer, vouchers, slice of the envelope; each is filled before it runs dry.

The figures are followed as the journal's own books will have them, so that a count in the evening agrees.
"""

from __future__ import annotations

from counter_app.domain.catalogue import Configuration, PerHead
from counter_app.practice.script import Line, Script

_NOTES = (5000, 2000, 1000, 500)
_CHANGE = (1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
_VOUCHERS_A_BOOK = 50
_RAISE_CENTS = 1_500_000
# Whoever plays the lines may move some of the slice to another counter.
_SPARE_CENTS = 500_000
_OFF_BY = (-1000, -500, -200, -50, 5, 10, 100, 200, 500)


class Till:
    """Cash in the drawer, the slice left and vouchers in hand, in cents and by number."""

    def __init__(self, script: Script, configuration: Configuration) -> None:
        self._script = script
        self._advance = configuration.regie.advance_cents
        self._others = [one.id for one in configuration.counters if one.id != script.plan.counter]
        self._replenished = 0
        self._raised = 0
        self.drawer_cents = 0
        self.slice_cents = 0
        # Paper vouchers for households are of 10 €, the others of 5 €.
        by_household = any(isinstance(rule, PerHead) for aid in configuration.aids for rule in aid.rules)
        self.face_cents = 1000 if by_household else 500
        self._series = f"CAP-{script.counter_index + 1:02d}"
        self._next = 1
        self._last = 0

    def cover(self, cents: int) -> None:
        """Make sure that the slice, whatever was configured, bears `cents` more, and take them off it."""
        wanted = cents + _SPARE_CENTS
        if self.slice_cents < wanted:
            script = self._script
            self._raised += 1
            raised = _RAISE_CENTS * (1 + script.below(3))
            while self.slice_cents + raised < wanted:
                raised *= 2
            supervisor = script.supervisor()
            act = script.phrases.act.format(number=f"{script.counter_index + 1}-{self._raised:03d}")
            script.write("raise_envelope", supervisor, {"approver": supervisor, "cents": raised, "act": act})
            self.slice_cents += raised
        self.slice_cents -= cents

    def free(self, cents: int) -> None:
        """A reservation was given up, or paid money came back."""
        self.slice_cents += cents

    def take(self, cents: int) -> None:
        """Hand out cash, after a replenishment where the drawer holds too little."""
        if self.drawer_cents < cents:
            self.replenish(cents)
        self.drawer_cents -= cents

    def put(self, cents: int) -> None:
        """Cash came in."""
        self.drawer_cents += cents

    def has_room(self, cents: int) -> bool:
        """Whether the drawer stays at the régie's advance or below with `cents` more."""
        return self.drawer_cents + cents <= self._advance

    def replenish(self, wanted: int = 0) -> None:
        """The treasury fills the drawer up, in notes, never above the régie's advance unless `wanted` is."""
        script = self._script
        room = max(wanted, self._advance - self.drawer_cents)
        cents = max(wanted, room * (50 + script.below(40)) // 100)
        cents += -cents % 5000
        self._replenished += 1
        document = script.phrases.replenishment.format(
            number=f"{script.counter_index + 1}-{self._replenished:04d}"
        )
        script.write("replenish_cash", script.agent(), {"cents": cents, "document": document})
        self.drawer_cents += cents

    def vouchers(self, count: int) -> Line:
        """Series and numbers of the next vouchers in hand, after a new book where they run out."""
        while self._last - self._next + 1 < count:
            self._new_book()
        first = self._next
        self._next += count
        return {"series": self._series, "first": first, "last": self._next - 1}

    def withdraw(self) -> None:
        """A voucher was spoiled, or a few go back."""
        script = self._script
        spoiled = script.chance(0.7)
        range_of = self.vouchers(1 if spoiled else 2 + script.below(4))
        words = script.phrases.spoiled if spoiled else script.phrases.returned
        fields = {**range_of, "why": "spoiled" if spoiled else "returned", "reason": script.one_of(words)}
        script.write("withdraw_vouchers", script.agent(), fields)

    def release(self) -> None:
        """A part of the slice goes to another counter of the office, where there is one."""
        if not self._others:
            return
        script = self._script
        cents = 5000 * (1 + script.below(4))
        self.cover(cents)
        supervisor = script.supervisor()
        fields = {"approver": supervisor, "to": script.one_of(self._others), "cents": cents}
        script.write("release_slice", supervisor, fields)

    def open_day(self) -> None:
        """The float of the morning: what the books say, and rarely a little more or less."""
        if self.drawer_cents == 0:
            self.replenish()
        if self._script.chance(0.02):
            self._miscount()
        self._script.write("open_day", self._script.agent(), {"float_cents": self.drawer_cents})

    def close_day(self) -> None:
        """The count of the evening: what the books say, and once in a while a small difference."""
        if self._script.chance(0.08):
            self._miscount()
        supervisor = self._script.supervisor()
        self._script.write("close_day", supervisor, {"approver": supervisor, "counted": self.counted()})

    def counted(self) -> dict[str, int]:
        """The drawer by denomination, in cents: mostly in notes, and some change."""
        change = 2000 + self._script.below(6000)
        notes = max(0, self.drawer_cents - change) // 500 * 500
        pieces: dict[int, int] = {}
        for total, denominations in ((notes, _NOTES), (self.drawer_cents - notes, _CHANGE)):
            left = total
            for denomination in denominations:
                count, left = divmod(left, denomination)
                if count:
                    pieces[denomination] = pieces.get(denomination, 0) + count
        return {str(denomination): pieces[denomination] for denomination in sorted(pieces, reverse=True)}

    def _miscount(self) -> None:
        self.drawer_cents = max(0, self.drawer_cents + self._script.one_of(_OFF_BY))

    def _new_book(self) -> None:
        fields = {
            "series": self._series,
            "first": self._last + 1,
            "last": self._last + _VOUCHERS_A_BOOK,
            "face_cents": self.face_cents,
            "year": self._script.plan.voucher_year,
        }
        self._script.write("receive_vouchers", self._script.agent(), fields)
        self._last += _VOUCHERS_A_BOOK
