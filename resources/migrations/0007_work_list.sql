CREATE TABLE work_lease (
    entry_id TEXT NOT NULL,
    service TEXT NOT NULL,
    part TEXT NOT NULL,
    agent TEXT NOT NULL,
    until TEXT NOT NULL,
    attempt TEXT NOT NULL,
    looking INTEGER NOT NULL,
    PRIMARY KEY (entry_id, service, part)
) STRICT;
