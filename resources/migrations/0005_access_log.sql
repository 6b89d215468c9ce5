CREATE TABLE access_log (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    agent TEXT NOT NULL,
    channel TEXT NOT NULL,
    act TEXT NOT NULL,
    chain TEXT NOT NULL,
    about TEXT NOT NULL
) STRICT;

CREATE INDEX access_log_about ON access_log (about);

CREATE TABLE access_log_floor (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    kept_from TEXT NOT NULL
) STRICT;

CREATE TRIGGER access_log_is_never_changed BEFORE UPDATE ON access_log
BEGIN
    SELECT RAISE(ABORT, 'a look that was noted is never changed');
END;

CREATE TRIGGER access_log_ends_by_retention BEFORE DELETE ON access_log
WHEN NOT EXISTS (SELECT 1 FROM access_log_floor WHERE OLD.at < access_log_floor.kept_from)
BEGIN
    SELECT RAISE(ABORT, 'a look that was noted is removed only after its retention');
END;

