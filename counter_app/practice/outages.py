"""Outages of practice: declared, followed with sourced lines, over for one service after the other."""

from __future__ import annotations

from typing import Any

from counter_app.practice.script import Script

_GETTING_BETTER = ("unstable", "unstable", "back", "down")


class Outages:
    """Writes one incident after the other, a line at a time."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._services = [service.id for service in script.configuration.services]
        self._incident = ""
        self._open: list[str] = []
        self._updates = 0

    def go_on(self) -> None:
        """The next line of the incident, or the first of a new one."""
        if not self._open:
            self._declare()
        elif self._updates == 0 or (self._updates < 3 and self._script.chance(0.4)):
            self._update()
        else:
            self._close()

    def _declare(self) -> None:
        script = self._script
        some = [service for service in self._services if script.chance(0.6)] or self._services
        states = {service: "unstable" if script.chance(0.25) else "down" for service in some}
        fields: dict[str, Any] = {"services": states, "title": script.one_of(script.phrases.incidents)}
        if script.chance(0.7):
            fields["cause"] = script.one_of(script.phrases.causes)
        if script.chance(0.8):
            fields["source"] = script.one_of(script.phrases.sources)
        self._incident = script.write("declare_incident", script.one_of(script.menders), fields, refer=True)
        self._open, self._updates = some, 0

    def _update(self) -> None:
        """A line about one service, or about none; now and then a further service joins."""
        script = self._script
        fields: dict[str, Any] = {"incident": self._incident}
        lot = script.draw.random()
        if lot < 0.75:
            service = script.one_of(self._open if lot < 0.6 else self._services)
            fields["services"] = {service: script.one_of(_GETTING_BETTER)}
            if service not in self._open:
                self._open.append(service)
        fields["words"] = script.one_of(script.phrases.updates)
        if script.chance(0.6):
            fields["source"] = script.one_of(script.phrases.sources)
        script.write("update_incident", script.one_of(script.menders), fields)
        self._updates += 1

    def _close(self) -> None:
        """Over for one service, or for all that are still open."""
        script = self._script
        fields: dict[str, Any] = {"incident": self._incident}
        if len(self._open) > 1 and script.chance(0.4):
            service = script.one_of(self._open)
            fields["services"] = [service]
            self._open.remove(service)
        else:
            self._open = []
        if script.chance(0.7):
            fields["words"] = script.one_of(script.phrases.closings)
        script.write("close_incident", script.one_of(script.menders), fields)
