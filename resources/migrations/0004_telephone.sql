CREATE TABLE phone_key (
    person TEXT NOT NULL,
    counter TEXT NOT NULL,
    secret BLOB NOT NULL CHECK (length(secret) = 32),
    kept_since TEXT NOT NULL,
    PRIMARY KEY (person, counter)
) STRICT;

CREATE TABLE phone_challenge (
    grant_id TEXT PRIMARY KEY,
    nonce TEXT NOT NULL,
    made_at TEXT NOT NULL,
    tries INTEGER NOT NULL
) STRICT;

