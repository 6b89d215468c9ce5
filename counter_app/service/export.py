"""Chains as plain files for an auditor, with the signed head that OpenSSH can verify."""

from __future__ import annotations

from pathlib import Path

from counter_app.exchange.ranges import entry_line
from counter_app.journal import store
from counter_app.journal.verify import head_words
from counter_app.keys.sign import HEAD, openssh_public_key, sign
from counter_app.service.workstation import Workstation


def export_journal(workstation: Workstation, out: Path) -> list[Path]:
    """Write one file of lines per chain into `out`, without private parts, and the signed head of the own chain.

    Returns the files. The own head is checked by `ssh-keygen -Y verify -f allowed_signers -I CHAIN -n
    counter-app/head -s CHAIN.head.sig < CHAIN.head`. Raises `OSError` where `out` cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    files, signers = [], []
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            for chain in store.chains(connection):
                path = out / f"{chain.name}.jsonl"
                with path.open("wb") as file:
                    for entry in store.entries(connection, chain.name, upto=chain.seq):
                        file.write(entry_line(entry))
                files.append(path)
                signers.append(f"{chain.name} {openssh_public_key(chain.public_key, chain.name)}\n")
            head = store.head(connection, workstation.chain)
        finally:
            connection.execute("ROLLBACK")
    words = head_words(head.chain, head.seq, head.hash)
    named = {
        out / f"{head.chain}.head": words,
        out / f"{head.chain}.head.sig": sign(workstation.keyring.signing, HEAD, words).encode(),
        out / "allowed_signers": "".join(signers).encode(),
    }
    for path, content in named.items():
        path.write_bytes(content)
    return [*files, *named]
