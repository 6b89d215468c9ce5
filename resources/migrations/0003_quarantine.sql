CREATE TABLE quarantined (
    chain TEXT NOT NULL REFERENCES chain (name),
    seq INTEGER NOT NULL CHECK (seq > 0),
    entry_id BLOB NOT NULL,
    content BLOB NOT NULL,
    private_hash BLOB NOT NULL CHECK (length(private_hash) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    heard_at TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
) STRICT;

CREATE TRIGGER quarantined_is_never_changed BEFORE UPDATE ON quarantined
BEGIN
    SELECT RAISE(ABORT, 'a quarantined entry is never changed');
END;

CREATE TRIGGER quarantined_is_only_released BEFORE DELETE ON quarantined
WHEN NOT EXISTS (
    SELECT 1 FROM entry WHERE entry.chain = OLD.chain AND entry.seq = OLD.seq AND entry.hash = OLD.hash
)
BEGIN
    SELECT RAISE(ABORT, 'a quarantined entry leaves only by being released');
END;
