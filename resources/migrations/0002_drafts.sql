CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    agent TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE paper (
    number TEXT PRIMARY KEY,
    sent INTEGER NOT NULL,
    sent_at TEXT NOT NULL,
    came_out_at TEXT
) STRICT;

