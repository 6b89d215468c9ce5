"""What is said, after an exchange or a bundle, of chains whose entries are kept but not believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counter_app.cli.console import Console


def say_kept_apart(console: Console, suspected: Iterable[str], quarantined: Mapping[str, int]) -> None:
    """Name the chains that IT declared suspect, and how many entries of which lie in quarantine."""
    for chain in suspected:
        console.warn("IT declared {chain} suspect: see `suspect list`.", chain=chain)
    for chain, count in quarantined.items():
        words = console.text.plural(
            "{n} entry of {chain} is kept in quarantine.",
            "{n} entries of {chain} are kept in quarantine.",
            count,
            chain=chain,
        )
        console.aside(words)
