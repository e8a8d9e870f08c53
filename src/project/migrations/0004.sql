-- Mutable: trainings under way, and how the last ones ended until somebody has seen it.

CREATE TABLE training (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    question       INTEGER NOT NULL,
    person         BLOB NOT NULL CHECK (length(person) = 16),
    host           TEXT NOT NULL,
    pid            INTEGER NOT NULL,
    started_utc_ms INTEGER NOT NULL,
    heard_utc_ms   INTEGER NOT NULL,
    asked          TEXT NOT NULL,
    stage          TEXT NOT NULL,
    done           INTEGER NOT NULL,
    total          INTEGER NOT NULL,
    curves         TEXT NOT NULL,
    ended_utc_ms   INTEGER,
    outcome        TEXT,
    said           TEXT,
    run            BLOB
) STRICT;
