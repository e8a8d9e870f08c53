-- Facts are inserted once and never changed. A fact belongs to an act and is live while its act is.
-- `seq` and every INTEGER reference are local to this file; hashes and merges use keys, ids and hashes only.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- Dictionaries: what a local number stands for. They belong to no act; each row proves itself by its hash or id.

CREATE TABLE content (
    id   INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    body TEXT
) STRICT;

CREATE TABLE source (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE item (
    seq    INTEGER PRIMARY KEY,
    key    BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    source INTEGER NOT NULL REFERENCES source,
    id     TEXT
) STRICT;

CREATE TABLE person (
    seq INTEGER PRIMARY KEY,
    id  BLOB NOT NULL UNIQUE CHECK (length(id) = 16)
) STRICT;

CREATE TABLE question (
    seq INTEGER PRIMARY KEY,
    id  BLOB NOT NULL UNIQUE CHECK (length(id) = 16)
) STRICT;

-- The log. An act is open until its hash is written, in the transaction that made it.

CREATE TABLE act (
    seq       INTEGER PRIMARY KEY,
    id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind      TEXT NOT NULL,
    person    BLOB NOT NULL CHECK (length(person) = 16),
    os_user   INTEGER NOT NULL REFERENCES content,
    host      TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    undoes    BLOB,
    parents   BLOB NOT NULL,
    body_hash BLOB,
    hash      BLOB
) STRICT;
CREATE INDEX act_undoes ON act (undoes) WHERE undoes IS NOT NULL;

-- Facts.

CREATE TABLE person_revision (
    act      INTEGER NOT NULL REFERENCES act,
    person   INTEGER NOT NULL REFERENCES person,
    revision INTEGER NOT NULL,
    name     INTEGER NOT NULL REFERENCES content,
    role     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    PRIMARY KEY (person, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_revision_act ON person_revision (act);

CREATE TABLE setting_revision (
    act      INTEGER NOT NULL REFERENCES act,
    name     TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (name, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX setting_revision_act ON setting_revision (act);

CREATE TABLE field_revision (
    act      INTEGER NOT NULL REFERENCES act,
    name     TEXT NOT NULL,
    revision INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    position INTEGER NOT NULL,
    show     INTEGER NOT NULL,
    feature  INTEGER NOT NULL,
    slice    INTEGER NOT NULL,
    PRIMARY KEY (name, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_revision_act ON field_revision (act);

CREATE TABLE item_version (
    act      INTEGER NOT NULL REFERENCES act,
    item     INTEGER NOT NULL REFERENCES item,
    revision INTEGER NOT NULL,
    text     INTEGER NOT NULL REFERENCES content,
    fields   INTEGER NOT NULL REFERENCES content,
    grouping BLOB,
    PRIMARY KEY (item, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_version_act ON item_version (act);

CREATE TABLE evaluation (
    act  INTEGER NOT NULL REFERENCES act,
    item INTEGER NOT NULL REFERENCES item,
    PRIMARY KEY (item, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX evaluation_act ON evaluation (act);

CREATE TABLE question_revision (
    act      INTEGER NOT NULL REFERENCES act,
    question INTEGER NOT NULL REFERENCES question,
    revision INTEGER NOT NULL,
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    PRIMARY KEY (question, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX question_revision_act ON question_revision (act);

CREATE TABLE label_revision (
    act         INTEGER NOT NULL REFERENCES act,
    question    INTEGER NOT NULL REFERENCES question,
    label       BLOB NOT NULL CHECK (length(label) = 16),
    revision    INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    name        TEXT NOT NULL,
    key         TEXT,
    retired     INTEGER NOT NULL,
    merged_into BLOB,
    PRIMARY KEY (question, label, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_revision_act ON label_revision (act);

CREATE TABLE guidelines (
    act      INTEGER NOT NULL REFERENCES act,
    question INTEGER NOT NULL REFERENCES question,
    revision INTEGER NOT NULL,
    text     INTEGER NOT NULL REFERENCES content,
    PRIMARY KEY (question, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX guidelines_act ON guidelines (act);

CREATE TABLE guidelines_read (
    act      INTEGER NOT NULL REFERENCES act,
    question INTEGER NOT NULL REFERENCES question,
    person   INTEGER NOT NULL REFERENCES person,
    revision INTEGER NOT NULL,
    PRIMARY KEY (question, person, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX guidelines_read_act ON guidelines_read (act);

CREATE TABLE answer (
    seq             INTEGER PRIMARY KEY,
    act             INTEGER NOT NULL REFERENCES act,
    id              BLOB NOT NULL CHECK (length(id) = 16),
    person          INTEGER NOT NULL REFERENCES person,
    question        INTEGER NOT NULL REFERENCES question,
    item            INTEGER NOT NULL REFERENCES item,
    item_revision   INTEGER NOT NULL,
    text            INTEGER NOT NULL REFERENCES content,
    value           INTEGER REFERENCES content,
    skip            TEXT,
    flag            INTEGER NOT NULL,
    note            INTEGER REFERENCES content,
    supersedes      BLOB,
    lane            TEXT NOT NULL,
    round           INTEGER,
    rank            INTEGER,
    probability     REAL,
    origin          TEXT NOT NULL,
    suggestion      TEXT NOT NULL,
    guidelines      INTEGER NOT NULL,
    labels          INTEGER NOT NULL,
    shown_utc_ms    INTEGER,
    active_ms       INTEGER,
    imported_utc_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX answer_id ON answer (id, act);
CREATE INDEX answer_item ON answer (item, question, person);
CREATE INDEX answer_act ON answer (act);

CREATE TABLE ruling (
    seq      INTEGER PRIMARY KEY,
    act      INTEGER NOT NULL REFERENCES act,
    id       BLOB NOT NULL CHECK (length(id) = 16),
    question INTEGER NOT NULL REFERENCES question,
    item     INTEGER NOT NULL REFERENCES item,
    origin   TEXT NOT NULL,
    revision INTEGER NOT NULL,
    text     INTEGER NOT NULL REFERENCES content,
    value    INTEGER NOT NULL REFERENCES content,
    note     INTEGER REFERENCES content
) STRICT;
CREATE UNIQUE INDEX ruling_id ON ruling (id, act);
CREATE INDEX ruling_item ON ruling (item, question);
CREATE INDEX ruling_act ON ruling (act);

CREATE TABLE gold (
    act      INTEGER NOT NULL REFERENCES act,
    question INTEGER NOT NULL REFERENCES question,
    item     INTEGER NOT NULL REFERENCES item,
    revision INTEGER NOT NULL,
    value    INTEGER NOT NULL REFERENCES content,
    PRIMARY KEY (question, item, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX gold_act ON gold (act);

CREATE TABLE round (
    seq          INTEGER PRIMARY KEY,
    act          INTEGER NOT NULL REFERENCES act,
    question     INTEGER NOT NULL REFERENCES question,
    number       INTEGER NOT NULL,
    strategy     TEXT NOT NULL,
    seed         INTEGER NOT NULL,
    seen         BLOB NOT NULL,
    answers      INTEGER NOT NULL,
    params       TEXT NOT NULL,
    score        TEXT NOT NULL,
    weights_hash BLOB NOT NULL,
    ms           INTEGER NOT NULL
) STRICT;
CREATE INDEX round_act ON round (act);

CREATE TABLE erasure (
    act  INTEGER NOT NULL REFERENCES act,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (hash, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_act ON erasure (act);

-- Derived: kept up in the transaction of the facts they follow from, and rebuilt from them with an identical result.

CREATE TABLE head (
    act INTEGER PRIMARY KEY REFERENCES act
) STRICT;

CREATE TABLE dead (
    act INTEGER PRIMARY KEY REFERENCES act
) STRICT;

CREATE TABLE now_item (
    item     INTEGER PRIMARY KEY REFERENCES item,
    revision INTEGER NOT NULL,
    text     INTEGER NOT NULL,
    fields   INTEGER NOT NULL
) STRICT;

CREATE TABLE now_answer (
    question INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    answer   INTEGER NOT NULL,
    PRIMARY KEY (question, item, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE now_ruling (
    question INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    origin   TEXT NOT NULL,
    ruling   INTEGER NOT NULL,
    PRIMARY KEY (question, item, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE now_gold (
    question INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    value    INTEGER NOT NULL,
    PRIMARY KEY (question, item)
) STRICT, WITHOUT ROWID;

-- Mutable: what is lost without loss. No fact refers to it.

CREATE TABLE lease (
    question       INTEGER NOT NULL,
    item           INTEGER NOT NULL,
    person         INTEGER NOT NULL,
    host           TEXT NOT NULL,
    pid            INTEGER NOT NULL,
    expires_utc_ms INTEGER NOT NULL,
    PRIMARY KEY (question, item, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
    name           TEXT PRIMARY KEY,
    who            TEXT NOT NULL,
    host           TEXT NOT NULL,
    pid            INTEGER NOT NULL,
    started_utc_ms INTEGER NOT NULL,
    expires_utc_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
    question  INTEGER NOT NULL,
    item      INTEGER NOT NULL,
    person    INTEGER NOT NULL,
    body      TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    PRIMARY KEY (question, item, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE ranker (
    question     INTEGER PRIMARY KEY,
    number       INTEGER NOT NULL,
    weights_hash BLOB NOT NULL,
    weights      BLOB NOT NULL
) STRICT;

-- Facts refuse to be changed.

CREATE TRIGGER person_revision_is_not_updated BEFORE UPDATE ON person_revision
BEGIN SELECT RAISE(ABORT, 'facts are never changed: person_revision'); END;
CREATE TRIGGER person_revision_is_not_deleted BEFORE DELETE ON person_revision
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: person_revision'); END;

CREATE TRIGGER setting_revision_is_not_updated BEFORE UPDATE ON setting_revision
BEGIN SELECT RAISE(ABORT, 'facts are never changed: setting_revision'); END;
CREATE TRIGGER setting_revision_is_not_deleted BEFORE DELETE ON setting_revision
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: setting_revision'); END;

CREATE TRIGGER field_revision_is_not_updated BEFORE UPDATE ON field_revision
BEGIN SELECT RAISE(ABORT, 'facts are never changed: field_revision'); END;
CREATE TRIGGER field_revision_is_not_deleted BEFORE DELETE ON field_revision
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: field_revision'); END;

CREATE TRIGGER item_version_is_not_updated BEFORE UPDATE ON item_version
BEGIN SELECT RAISE(ABORT, 'facts are never changed: item_version'); END;
CREATE TRIGGER item_version_is_not_deleted BEFORE DELETE ON item_version
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: item_version'); END;

CREATE TRIGGER evaluation_is_not_updated BEFORE UPDATE ON evaluation
BEGIN SELECT RAISE(ABORT, 'facts are never changed: evaluation'); END;
CREATE TRIGGER evaluation_is_not_deleted BEFORE DELETE ON evaluation
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: evaluation'); END;

CREATE TRIGGER question_revision_is_not_updated BEFORE UPDATE ON question_revision
BEGIN SELECT RAISE(ABORT, 'facts are never changed: question_revision'); END;
CREATE TRIGGER question_revision_is_not_deleted BEFORE DELETE ON question_revision
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: question_revision'); END;

CREATE TRIGGER label_revision_is_not_updated BEFORE UPDATE ON label_revision
BEGIN SELECT RAISE(ABORT, 'facts are never changed: label_revision'); END;
CREATE TRIGGER label_revision_is_not_deleted BEFORE DELETE ON label_revision
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: label_revision'); END;

CREATE TRIGGER guidelines_is_not_updated BEFORE UPDATE ON guidelines
BEGIN SELECT RAISE(ABORT, 'facts are never changed: guidelines'); END;
CREATE TRIGGER guidelines_is_not_deleted BEFORE DELETE ON guidelines
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: guidelines'); END;

CREATE TRIGGER guidelines_read_is_not_updated BEFORE UPDATE ON guidelines_read
BEGIN SELECT RAISE(ABORT, 'facts are never changed: guidelines_read'); END;
CREATE TRIGGER guidelines_read_is_not_deleted BEFORE DELETE ON guidelines_read
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: guidelines_read'); END;

CREATE TRIGGER answer_is_not_updated BEFORE UPDATE ON answer
BEGIN SELECT RAISE(ABORT, 'facts are never changed: answer'); END;
CREATE TRIGGER answer_is_not_deleted BEFORE DELETE ON answer
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: answer'); END;

CREATE TRIGGER ruling_is_not_updated BEFORE UPDATE ON ruling
BEGIN SELECT RAISE(ABORT, 'facts are never changed: ruling'); END;
CREATE TRIGGER ruling_is_not_deleted BEFORE DELETE ON ruling
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: ruling'); END;

CREATE TRIGGER gold_is_not_updated BEFORE UPDATE ON gold
BEGIN SELECT RAISE(ABORT, 'facts are never changed: gold'); END;
CREATE TRIGGER gold_is_not_deleted BEFORE DELETE ON gold
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: gold'); END;

CREATE TRIGGER round_is_not_updated BEFORE UPDATE ON round
BEGIN SELECT RAISE(ABORT, 'facts are never changed: round'); END;
CREATE TRIGGER round_is_not_deleted BEFORE DELETE ON round
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: round'); END;

CREATE TRIGGER erasure_is_not_updated BEFORE UPDATE ON erasure
BEGIN SELECT RAISE(ABORT, 'facts are never changed: erasure'); END;
CREATE TRIGGER erasure_is_not_deleted BEFORE DELETE ON erasure
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: erasure'); END;

CREATE TRIGGER source_is_not_updated BEFORE UPDATE ON source
BEGIN SELECT RAISE(ABORT, 'facts are never changed: source'); END;
CREATE TRIGGER source_is_not_deleted BEFORE DELETE ON source
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: source'); END;

CREATE TRIGGER person_is_not_updated BEFORE UPDATE ON person
BEGIN SELECT RAISE(ABORT, 'facts are never changed: person'); END;
CREATE TRIGGER person_is_not_deleted BEFORE DELETE ON person
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: person'); END;

CREATE TRIGGER question_is_not_updated BEFORE UPDATE ON question
BEGIN SELECT RAISE(ABORT, 'facts are never changed: question'); END;
CREATE TRIGGER question_is_not_deleted BEFORE DELETE ON question
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: question'); END;

CREATE TRIGGER meta_is_not_updated BEFORE UPDATE ON meta
BEGIN SELECT RAISE(ABORT, 'facts are never changed: meta'); END;
CREATE TRIGGER meta_is_not_deleted BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: meta'); END;


CREATE TRIGGER act_is_not_updated BEFORE UPDATE ON act WHEN OLD.hash IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'facts are never changed: act'); END;
CREATE TRIGGER act_is_not_deleted BEFORE DELETE ON act
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: act'); END;

-- Content and an item's own id may be blanked, never changed, and only once a tombstone names them.

CREATE TRIGGER content_is_only_erased BEFORE UPDATE ON content
WHEN NEW.id <> OLD.id OR NEW.hash <> OLD.hash OR NEW.body IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM erasure WHERE hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'facts are never changed: content'); END;
CREATE TRIGGER content_is_not_deleted BEFORE DELETE ON content
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: content'); END;
CREATE TRIGGER item_is_only_erased BEFORE UPDATE ON item
WHEN NEW.seq <> OLD.seq OR NEW.key <> OLD.key OR NEW.source <> OLD.source OR NEW.id IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM erasure WHERE hash = OLD.key)
BEGIN SELECT RAISE(ABORT, 'facts are never changed: item'); END;
CREATE TRIGGER item_is_not_deleted BEFORE DELETE ON item
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: item'); END;

-- For people with a SQLite client.

CREATE VIEW v_people AS
SELECT lower(hex(p.id)) AS person, c.body AS name, r.role, r.kind, p.seq
FROM person p
JOIN person_revision r ON r.person = p.seq
    AND r.act = (SELECT x.act FROM person_revision x JOIN act a ON a.seq = x.act
                 WHERE x.person = p.seq AND x.act NOT IN (SELECT act FROM dead)
                 ORDER BY x.revision DESC, a.id DESC LIMIT 1)
JOIN content c ON c.id = r.name;

CREATE VIEW v_questions AS
SELECT lower(hex(q.id)) AS question, r.name, r.kind, q.seq
FROM question q
JOIN question_revision r ON r.question = q.seq
    AND r.act = (SELECT x.act FROM question_revision x JOIN act a ON a.seq = x.act
                 WHERE x.question = q.seq AND x.act NOT IN (SELECT act FROM dead)
                 ORDER BY x.revision DESC, a.id DESC LIMIT 1);

CREATE VIEW v_labels AS
SELECT lower(hex(r.label)) AS label, q.name AS question, r.name, r.key, r.retired, r.position,
    lower(hex(r.merged_into)) AS merged_into
FROM label_revision r
JOIN v_questions q ON q.seq = r.question
WHERE r.act = (SELECT x.act FROM label_revision x JOIN act a ON a.seq = x.act
               WHERE x.question = r.question AND x.label = r.label AND x.act NOT IN (SELECT act FROM dead)
               ORDER BY x.revision DESC, a.id DESC LIMIT 1)
    AND r.revision = (SELECT max(y.revision) FROM label_revision y
                      WHERE y.question = r.question AND y.label = r.label AND y.act = r.act);

CREATE VIEW v_items AS
SELECT i.id AS item, lower(hex(i.key)) AS key, s.name AS source, t.body AS text, f.body AS fields, n.revision,
    EXISTS (SELECT 1 FROM evaluation e WHERE e.item = i.seq AND e.act NOT IN (SELECT act FROM dead)) AS evaluation,
    i.seq
FROM now_item n
JOIN item i ON i.seq = n.item
JOIN source s ON s.id = i.source
JOIN content t ON t.id = n.text
JOIN content f ON f.id = n.fields;

CREATE VIEW v_answers AS
SELECT lower(hex(a.id)) AS answer_id, i.id AS item, lower(hex(i.key)) AS key, q.name AS question, p.name AS person,
    coalesce((SELECT l.name FROM v_labels l WHERE l.label = json_extract(v.body, '$')), v.body) AS answer,
    v.body AS value, a.value IS NULL AS skipped, a.skip AS reason, a.flag, n.body AS note,
    a.act NOT IN (SELECT act FROM dead) AS live,
    EXISTS (SELECT 1 FROM now_answer x WHERE x.answer = a.seq) AS current,
    a.text IS NOT (SELECT y.text FROM now_item y WHERE y.item = a.item) AS stale,
    a.lane, a.round, a.rank, a.probability, a.origin, a.suggestion, a.guidelines, a.labels, a.item_revision,
    act.at_utc_ms, a.shown_utc_ms, a.active_ms, a.imported_utc_ms,
    lower(hex(a.supersedes)) AS supersedes, lower(hex(act.id)) AS act, a.seq
FROM answer a
JOIN act ON act.seq = a.act
JOIN item i ON i.seq = a.item
JOIN v_questions q ON q.seq = a.question
JOIN v_people p ON p.seq = a.person
LEFT JOIN content v ON v.id = a.value
LEFT JOIN content n ON n.id = a.note;

CREATE VIEW v_rulings AS
SELECT lower(hex(r.id)) AS ruling_id, i.id AS item, lower(hex(i.key)) AS key, q.name AS question,
    coalesce((SELECT l.name FROM v_labels l WHERE l.label = json_extract(v.body, '$')), v.body) AS ruling,
    v.body AS value, r.origin, n.body AS note,
    r.act NOT IN (SELECT act FROM dead) AS live,
    EXISTS (SELECT 1 FROM now_ruling x WHERE x.ruling = r.seq) AS current,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act, r.seq
FROM ruling r
JOIN act ON act.seq = r.act
JOIN item i ON i.seq = r.item
JOIN v_questions q ON q.seq = r.question
JOIN content v ON v.id = r.value
LEFT JOIN content n ON n.id = r.note;

CREATE VIEW v_log AS
SELECT a.seq, lower(hex(a.id)) AS act, a.kind,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(a.person))) AS person,
    u.body AS os_user, a.host, a.at_utc_ms, strftime('%Y-%m-%d %H:%M:%S', a.at_utc_ms / 1000, 'unixepoch') AS at_utc,
    lower(hex(a.undoes)) AS undoes, a.seq NOT IN (SELECT act FROM dead) AS live, lower(hex(a.hash)) AS hash
FROM act a
JOIN content u ON u.id = a.os_user;
