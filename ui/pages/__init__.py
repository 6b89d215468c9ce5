"""The pages and who may see them: one line each, imported when first shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from counter_app.text import N_

if TYPE_CHECKING:
    from ui.page import Page

EVERYBODY: Final = ("agent", "supervisor", "it", "auditor")


class PageSpec(NamedTuple):
    """A page: its id, its title as a message id, its icon and F-key, the roles that see it, where its class is.

    The first page that a role sees is its home. `in_navigation` is false for pages that others lead to: those are its
    `parents`, the usual one first. Where a centre is told by hand `roles_by_hand` see it too.
    """

    id: str
    title: str
    icon: str
    key: str
    roles: tuple[str, ...]
    path: str
    in_navigation: bool = True
    roles_by_hand: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()

    def load(self) -> type[Page]:
        """The page's class, imported now."""
        module, name = self.path.split(":")
        found: type[Page] = getattr(import_module(module), name)
        return found


COUNTER: Final = ("agent", "supervisor")
SUPERVISION: Final = ("supervisor",)
RECOVERY: Final = ("supervisor", "it")
IT: Final = ("it",)
READING: Final = ("supervisor", "auditor")
PAGES: Final[tuple[PageSpec, ...]] = (
    PageSpec("counter", N_("Counter"), "user-search", "F2", COUNTER, "ui.pages.counter:CounterPage"),
    PageSpec("act", N_("New act"), "file-plus", "F3", COUNTER, "ui.pages.act:ActPage"),
    PageSpec(
        "citizen",
        N_("Citizen"),
        "user",
        "",
        COUNTER,
        "ui.pages.citizen:CitizenPage",
        in_navigation=False,
        parents=("counter",),
    ),
    PageSpec(
        "new_citizen",
        N_("New citizen"),
        "user-plus",
        "",
        COUNTER,
        "ui.pages.new_citizen:NewCitizenPage",
        in_navigation=False,
        parents=("counter",),
    ),
    PageSpec(
        "paper",
        N_("From paper"),
        "file-text",
        "",
        COUNTER,
        "ui.pages.paper:PaperPage",
        in_navigation=False,
        parents=("counter", "act", "today"),
    ),
    PageSpec(
        "settle",
        N_("A grant"),
        "cash",
        "",
        COUNTER,
        "ui.pages.settle:SettlePage",
        in_navigation=False,
        parents=("counter", "today"),
    ),
    PageSpec("recovery", N_("Recovery"), "send", "F5", IT, "ui.pages.recovery:RecoveryPage"),
    PageSpec("today", N_("Today"), "list-check", "F6", EVERYBODY, "ui.pages.today:TodayPage"),
    PageSpec(
        "approvals", N_("Approvals"), "clipboard-check", "F4", SUPERVISION, "ui.pages.approvals:ApprovalsPage"
    ),
    PageSpec("closing", N_("Closing"), "lock", "F7", SUPERVISION, "ui.pages.closing:ClosingPage"),
    PageSpec("limits", N_("Limits"), "gauge", "F8", SUPERVISION, "ui.pages.limits:LimitsPage"),
    PageSpec(
        "incident", N_("Outages"), "plug-connected-x", "F10", RECOVERY, "ui.pages.incident:IncidentPage"
    ),
    PageSpec(
        "differences", N_("Differences"), "scale", "F11", RECOVERY, "ui.pages.differences:DifferencesPage"
    ),
    PageSpec(
        "twice",
        N_("Asked twice"),
        "copy",
        "",
        (*COUNTER, "it"),
        "ui.pages.twice:TwicePage",
        in_navigation=False,
        parents=("differences", "today"),
    ),
    PageSpec("audit", N_("Audit"), "shield-check", "F3", IT, "ui.pages.audit:AuditPage"),
    PageSpec("board", N_("Counters"), "server", "F7", IT, "ui.pages.board:BoardPage"),
    PageSpec(
        "worklist",
        N_("Work-list"),
        "keyboard",
        "F8",
        IT,
        "ui.pages.worklist:WorkListPage",
        roles_by_hand=("agent",),
    ),
    PageSpec("people", N_("People"), "users", "F4", IT, "ui.pages.people:PeoplePage"),
    PageSpec("doctor", N_("Doctor"), "stethoscope", "F12", IT, "ui.pages.doctor:DoctorPage"),
    PageSpec(
        "copies",
        N_("Copies"),
        "device-usb",
        "",
        IT,
        "ui.pages.copies:CopiesPage",
        in_navigation=False,
        parents=("doctor",),
    ),
    PageSpec(
        "keys",
        N_("Keys"),
        "key",
        "",
        IT,
        "ui.pages.keys:KeysPage",
        in_navigation=False,
        parents=("doctor",),
    ),
    PageSpec(
        "phone_keys",
        N_("Approval over the telephone"),
        "phone",
        "",
        RECOVERY,
        "ui.pages.phone_keys:PhoneKeysPage",
        in_navigation=False,
        parents=("approvals", "doctor"),
    ),
    PageSpec(
        "suspects",
        N_("Suspects"),
        "ban",
        "",
        RECOVERY,
        "ui.pages.suspects:SuspectsPage",
        in_navigation=False,
        parents=("doctor", "looks"),
    ),
    PageSpec(
        "person_data",
        N_("What is held on this person"),
        "id-badge-2",
        "",
        SUPERVISION,
        "ui.pages.person_data:PersonDataPage",
        in_navigation=False,
        parents=("counter",),
    ),
    PageSpec(
        "retention",
        N_("What is past its time"),
        "hourglass",
        "",
        RECOVERY,
        "ui.pages.retention:RetentionPage",
        in_navigation=False,
        parents=("doctor", "counter"),
    ),
    PageSpec("looks", N_("Access log"), "eye", "F12", READING, "ui.pages.looks:LooksPage"),
)


def pages_for(role: str, *, by_hand: bool = False) -> list[PageSpec]:
    """The pages of a role, its home first; `by_hand` where the office has a centre with screens only."""
    return [spec for spec in PAGES if role in spec.roles or (by_hand and role in spec.roles_by_hand)]
