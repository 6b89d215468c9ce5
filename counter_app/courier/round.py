"""A round of couriers: one thread per service, in the recovery order, until each has done what it can."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from counter_app.courier.courier import Courier, Trip

Start = Callable[[threading.Event], Courier]


def run_round(starts: Sequence[tuple[str, Start]], stop: threading.Event | None = None) -> dict[str, Trip]:
    """Run one courier for each service and return how each trip went, by service.

    A fault of ours in one courier ends it alone and is raised here once the others are done. Setting `stop`,
    or an interruption from the keyboard, ends all of them after the exchange under way.
    """
    stop = stop or threading.Event()
    trips: dict[str, Trip] = {}
    faults: list[BaseException] = []

    def work(service: str, start: Start) -> None:
        try:
            trips[service] = start(stop).run()
        except BaseException as fault:  # noqa: BLE001  (carried to the thread that waits)
            faults.append(fault)

    threads = [
        threading.Thread(target=work, args=item, name=f"courier {item[0]}", daemon=True) for item in starts
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
    if faults:
        raise faults[0]
    return trips
