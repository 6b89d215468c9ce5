"""Ending the search for receipts that a restored journal lacks."""

from __future__ import annotations

from counter_app.access.roles import SUPERVISION, colleague
from counter_app.domain.commands import SettleNumbers
from counter_app.domain.errors import Refused
from counter_app.domain.ids import receipt_number
from counter_app.journal.entry import Fact
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part
from counter_app.service.lost_numbers import figure_of, searches_in


def settle_numbers(context: Context, command: SettleNumbers) -> Fact:
    """End a search: what was not entered again up to the last number is named, and given up.

    A search that was ended may be ended anew, for papers turn up late.
    """
    colleague(context.configuration, command.approver, SUPERVISION)
    searches = searches_in(context.connection, context.tables, context.chain)
    search = next((one for one in searches if one.before == command.before), None)
    if search is None:
        raise Refused("no_search", before=command.before)
    last = search.first_figure - 1
    if command.last is not None:
        figure = figure_of(command.last, search.before)
        if figure is None or not search.may_hold(figure):
            first = receipt_number(search.before, search.first_figure)
            raise Refused("number_not_lost", number=command.last, before=search.before, first=first)
        last = figure
    if search.entered and search.entered[-1].figure > last:
        raise Refused("number_entered", number=search.entered[-1].number)
    entered = {one.figure for one in search.entered}
    given_up = [figure for figure in range(search.first_figure, last + 1) if figure not in entered]
    facts = {
        "before": search.before,
        "first": receipt_number(search.before, search.first_figure),
        "last": None if command.last is None else receipt_number(search.before, last),
        "entered": len(entered),
        "given_up": [receipt_number(search.before, figure) for figure in given_up],
        "approver": command.approver,
    }
    return Fact("numbers_settled", facts, private_part(context, reason=command.reason))
