"""What a benchmark reports: a value beside a floor that was measured in the same run, and whether it holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Literal, TypeVar


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report.

    `floor` is what the same machine needed at the least, alternated with the `value`; where there is none the
    limit bounds the value itself. A benchmark without a limit informs.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    limit: float | None = None
    sense: Literal["at_most", "at_least"] = "at_most"

    @property
    def ratio(self) -> float | None:
        """The value in floors."""
        return None if self.floor is None else self.value / self.floor

    @property
    def ok(self) -> bool:
        """Whether the limit holds; always where there is none."""
        if self.limit is None:
            return True
        judged = self.value if self.ratio is None else self.ratio
        return judged <= self.limit if self.sense == "at_most" else judged >= self.limit

    def as_json(self) -> dict[str, object]:
        """The line with figures of four digits."""
        told = asdict(self) | {"ratio": self.ratio, "ok": self.ok}
        return {
            name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in told.items()
        }


T = TypeVar("T")


def milliseconds(work: Callable[[], T]) -> tuple[float, T]:
    """How long one call takes, and what it returns."""
    start = time.perf_counter_ns()
    result = work()
    return (time.perf_counter_ns() - start) / 1e6, result


def p50(times: Sequence[float]) -> float:
    """The middle one."""
    return median(times)


def p99(times: Sequence[float]) -> float:
    """What ninety-nine of a hundred stay below."""
    return quantiles(times, n=100, method="inclusive")[-1]
