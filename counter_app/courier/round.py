"""A round of couriers: one thread per service, one rank of the recovery order after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from counter_app.courier.courier import Trip

Errand = Callable[[], Trip]
"""What is done at one service, from its beginning to its end."""


def run_round(ranks: Sequence[Sequence[tuple[str, Errand]]], stop: threading.Event) -> dict[str, Trip]:
    """Run an errand at each service and return how each trip went, by service.

    Those of one rank go together; the next rank follows once they have done what they can, also where a centre did not
    answer. A fault of ours in one errand ends it alone and is raised here once the others are done. Setting `stop` ends
    all of them after the exchange under way; an interruption from the keyboard sets it.
    """
    trips: dict[str, Trip] = {}
    faults: list[BaseException] = []
    for rank in ranks:
        _run_rank(rank, stop, trips, faults)
    if faults:
        raise faults[0]
    return trips


def _run_rank(
    rank: Sequence[tuple[str, Errand]],
    stop: threading.Event,
    trips: dict[str, Trip],
    faults: list[BaseException],
) -> None:
    def work(service: str, errand: Errand) -> None:
        try:
            trips[service] = errand()
        except BaseException as fault:  # noqa: BLE001  (carried to the thread that waits)
            faults.append(fault)

    threads = [
        threading.Thread(target=work, args=item, name=f"courier {item[0]}", daemon=True) for item in rank
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    except BaseException:
        stop.set()
        for thread in threads:
            thread.join()
        raise
