CREATE TABLE bundle_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    identity TEXT NOT NULL
) STRICT;

CREATE TABLE late_private (
    arrival INTEGER PRIMARY KEY REFERENCES entry (arrival)
) STRICT;

CREATE TABLE peer_heard (
    counter TEXT NOT NULL,
    chain TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    heard_at TEXT NOT NULL,
    told_at TEXT NOT NULL,
    PRIMARY KEY (counter, chain)
) STRICT;

CREATE TABLE fork_seen (
    chain TEXT NOT NULL,
    seq INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
) STRICT;

