"""How two birth dates agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.register.linking.births import BirthFit, birth_fit, born


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("19800312", "19800312", BirthFit.SAME),
        ("19800231", "19800231", BirthFit.SAME),
        ("19800312", "19801203", BirthFit.SWAPPED),
        ("19800325", "19802503", BirthFit.SWAPPED),
        ("19800312", "19800319", BirthFit.FIGURE),
        ("19800312", "19800321", BirthFit.FIGURE),
        ("19800312", "19500312", BirthFit.FIGURE),
        ("19800312", "19810312", BirthFit.YEAR_SLIP),
        ("19890312", "19990312", BirthFit.YEAR_SLIP),
        ("19800312", "19800300", BirthFit.MONTH),
        ("19800312", "19800000", BirthFit.YEAR),
        ("19800312", "19800101", BirthFit.YEAR),
        ("19800101", "19800101", BirthFit.YEAR),
        ("19800312", "19801231", BirthFit.YEAR),
        ("19800312", "19800728", BirthFit.SAME_YEAR),
        ("19800312", "19830728", BirthFit.OTHER),
        ("19800312", "19530728", BirthFit.GENERATION),
        ("19800312", "", BirthFit.MISSING),
        ("00000000", "00000000", BirthFit.MISSING),
    ],
)
def test_two_dates_agree_as_far_as_they_are_known(one: str, other: str, expected: BirthFit) -> None:
    assert birth_fit(born(one), born(other)) is expected
    assert birth_fit(born(other), born(one)) is expected


DATES = st.from_regex(r"(19[0-9]{2}|0000)(0[0-9]|1[0-5])(0[0-9]|[12][0-9]|3[0-3])", fullmatch=True)


@given(DATES, DATES)
def test_dates_agree_alike_in_either_order(one: str, other: str) -> None:
    assert birth_fit(born(one), born(other)) is birth_fit(born(other), born(one))
