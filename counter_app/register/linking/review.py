"""The people of a journal sought in a register of any size: the journal’s stay in memory, the register passes by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import log2

from counter_app.register.linking.blocks import Blocks
from counter_app.register.linking.evidence import Frequencies, Weigher, person
from counter_app.register.linking.names import NameBook
from counter_app.register.linking.pairs import LEAST_BITS, Judged, Pair, judged, weighed
from counter_app.register.linking.table import Row
from counter_app.storage.database import Connection

_PAGE = 2000


def found_in_register(ours: Sequence[Row], register: Callable[[], Iterable[Row]]) -> list[Judged]:
    """Who of the register each of ours may be, with the scores and guards of a run over two lists.

    `id_a` of a pair is the register's, `id_b` ours. `register` is read twice: first names are counted.
    """
    book, frequencies, count = NameBook(), Frequencies(), 0
    people = [person(book, row) for row in ours]
    for one in people:
        frequencies.count(one)
    for row in register():
        frequencies.count(person(book, row))
        count += 1
    prior_bits = log2(max(1, len(people), count))
    weigher = Weigher(frequencies, prior_bits + LEAST_BITS)
    blocks = Blocks(people)
    pairs: list[Pair] = []
    for row in register():
        theirs = person(book, row)
        for place in blocks.near(theirs):
            found = weighed(weigher, theirs, people[place], prior_bits)
            if found is not None:
                pairs.append(found)
    return judged(pairs, raw=False)


def register_rows(connection: Connection) -> Iterator[Row]:
    """Everybody of the register's copy as they are compared."""
    place = -1
    while True:
        rows = connection.execute(
            "SELECT place, id, given_name, surname, born, postcode, national_id FROM person"
            " WHERE place > ? ORDER BY place LIMIT ?",
            (place, _PAGE),
        ).fetchall()
        if not rows:
            return
        place = rows[-1][0]
        for row in rows:
            yield row[1], row[2], row[3], row[4], row[5], row[6]
