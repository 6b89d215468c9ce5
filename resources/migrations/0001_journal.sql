CREATE TABLE migration (
    name TEXT PRIMARY KEY,
    applied_at TEXT NOT NULL
) STRICT;

CREATE TABLE chain (
    name TEXT PRIMARY KEY,
    counter TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    own INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    attested INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    next_number INTEGER NOT NULL,
    heard_at TEXT NOT NULL
) STRICT;

CREATE TABLE entry (
    arrival INTEGER PRIMARY KEY,
    chain TEXT NOT NULL REFERENCES chain (name),
    seq INTEGER NOT NULL CHECK (seq > 0),
    entry_id BLOB NOT NULL,
    content BLOB NOT NULL,
    private_hash BLOB NOT NULL CHECK (length(private_hash) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE UNIQUE INDEX entry_place ON entry (chain, seq);

CREATE UNIQUE INDEX entry_entry_id ON entry (entry_id, chain);

CREATE TABLE private (
    arrival INTEGER PRIMARY KEY REFERENCES entry (arrival),
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    body BLOB NOT NULL
) STRICT;

CREATE TABLE erasure (
    arrival INTEGER PRIMARY KEY REFERENCES entry (arrival),
    ordered_by INTEGER NOT NULL REFERENCES entry (arrival)
) STRICT;

CREATE TABLE head_signature (
    chain TEXT NOT NULL REFERENCES chain (name),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
) STRICT;

CREATE TABLE projection (
    family TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    generation INTEGER NOT NULL
) STRICT;

CREATE TABLE rendered_body (
    service TEXT NOT NULL,
    at TEXT NOT NULL,
    units TEXT NOT NULL,
    bodies BLOB NOT NULL
) STRICT;

CREATE INDEX rendered_body_at ON rendered_body (service, at);

CREATE TABLE schedule (
    entry_id TEXT NOT NULL,
    service TEXT NOT NULL,
    part TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_due TEXT NOT NULL,
    PRIMARY KEY (entry_id, service, part)
) STRICT;

CREATE TABLE sign_in (
    person TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    locked_until TEXT
) STRICT;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'an entry is never changed');
END;

CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'an entry is never deleted');
END;

CREATE TRIGGER private_is_never_changed BEFORE UPDATE ON private
BEGIN
    SELECT RAISE(ABORT, 'a private part is never changed');
END;

CREATE TRIGGER private_is_erased_by_order BEFORE DELETE ON private
WHEN NOT EXISTS (SELECT 1 FROM erasure WHERE erasure.arrival = OLD.arrival)
BEGIN
    SELECT RAISE(ABORT, 'a private part is erased only by an entry that orders it');
END;

CREATE TRIGGER erasure_is_never_changed BEFORE UPDATE ON erasure
BEGIN
    SELECT RAISE(ABORT, 'an order of erasure is never changed');
END;

CREATE TRIGGER erasure_is_never_deleted BEFORE DELETE ON erasure
BEGIN
    SELECT RAISE(ABORT, 'an order of erasure is never deleted');
END;

