CREATE TABLE centre_secret (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    kept_since TEXT NOT NULL
) STRICT;
