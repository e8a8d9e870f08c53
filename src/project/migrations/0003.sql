-- A label that was split says nothing any more by itself: 1, else NULL.
ALTER TABLE label_revision ADD COLUMN split INTEGER;

-- Working together.

-- Who is here, who has left, and whose answers count no more.
CREATE TABLE presence (
    act      INTEGER NOT NULL REFERENCES act,
    person   INTEGER NOT NULL REFERENCES person,
    revision INTEGER NOT NULL,
    state    TEXT NOT NULL,
    reason   INTEGER REFERENCES content,
    PRIMARY KEY (person, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX presence_act ON presence (act);

CREATE TRIGGER presence_is_not_updated BEFORE UPDATE ON presence
BEGIN SELECT RAISE(ABORT, 'facts are never changed: presence'); END;
CREATE TRIGGER presence_is_not_deleted BEFORE DELETE ON presence
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: presence'); END;

-- Derived, as the other now_ tables. Whoever has no row is here.
CREATE TABLE now_presence (
    person INTEGER PRIMARY KEY,
    state  TEXT NOT NULL,
    reason INTEGER,
    act    INTEGER NOT NULL
) STRICT;

-- What was said to the note beside an answer.
CREATE TABLE reply (
    seq      INTEGER PRIMARY KEY,
    act      INTEGER NOT NULL REFERENCES act,
    id       BLOB NOT NULL CHECK (length(id) = 16),
    question INTEGER NOT NULL REFERENCES question,
    item     INTEGER NOT NULL REFERENCES item,
    about    BLOB NOT NULL CHECK (length(about) = 16),
    body     INTEGER NOT NULL REFERENCES content
) STRICT;
CREATE UNIQUE INDEX reply_id ON reply (id, act);
CREATE INDEX reply_item ON reply (item, question);
CREATE INDEX reply_about ON reply (about);
CREATE INDEX reply_act ON reply (act);
CREATE INDEX answer_note ON answer (question, person) WHERE note IS NOT NULL;

CREATE TRIGGER reply_is_not_updated BEFORE UPDATE ON reply
BEGIN SELECT RAISE(ABORT, 'facts are never changed: reply'); END;
CREATE TRIGGER reply_is_not_deleted BEFORE DELETE ON reply
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: reply'); END;

-- What somebody has read of their inbox: `entry` is the id of the reply, the ruling or the answer with the note.
CREATE TABLE inbox_read (
    act    INTEGER NOT NULL REFERENCES act,
    person INTEGER NOT NULL REFERENCES person,
    entry  BLOB NOT NULL CHECK (length(entry) = 16),
    PRIMARY KEY (person, entry, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_read_act ON inbox_read (act);

CREATE TRIGGER inbox_read_is_not_updated BEFORE UPDATE ON inbox_read
BEGIN SELECT RAISE(ABORT, 'facts are never changed: inbox_read'); END;
CREATE TRIGGER inbox_read_is_not_deleted BEFORE DELETE ON inbox_read
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: inbox_read'); END;

DROP VIEW v_people;
CREATE VIEW v_people AS
SELECT lower(hex(p.id)) AS person, c.body AS name, r.role, r.kind, p.seq,
    coalesce((SELECT n.state FROM now_presence n WHERE n.person = p.seq), 'here') AS state
FROM person p
JOIN person_revision r ON r.person = p.seq
    AND r.act = (SELECT x.act FROM person_revision x JOIN act a ON a.seq = x.act
                 WHERE x.person = p.seq AND x.act NOT IN (SELECT act FROM dead)
                 ORDER BY x.revision DESC, a.id DESC LIMIT 1)
JOIN content c ON c.id = r.name;

CREATE VIEW v_presence AS
SELECT p.name AS person, x.state, c.body AS reason, x.act NOT IN (SELECT act FROM dead) AS live,
    (SELECT b.name FROM v_people b WHERE b.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act
FROM presence x
JOIN act ON act.seq = x.act
JOIN v_people p ON p.seq = x.person
LEFT JOIN content c ON c.id = x.reason;

-- `current` leaves out whoever is excluded; `excluded` says so.
DROP VIEW v_answers;
CREATE VIEW v_answers AS
SELECT lower(hex(a.id)) AS answer_id, i.id AS item, lower(hex(i.key)) AS key, q.name AS question, p.name AS person,
    coalesce((SELECT l.name FROM v_labels l WHERE l.label = json_extract(v.body, '$')), v.body) AS answer,
    v.body AS value, a.value IS NULL AS skipped, a.skip AS reason, a.flag, n.body AS note,
    a.act NOT IN (SELECT act FROM dead) AS live,
    EXISTS (SELECT 1 FROM now_answer x WHERE x.answer = a.seq) AS current,
    p.state = 'excluded' AS excluded,
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

-- One answer closes every review of its item that was sent before it: copies that went apart may each have sent one.
DROP VIEW v_reviews;
CREATE VIEW v_reviews AS
SELECT lower(hex(r.id)) AS review_id, i.id AS item, lower(hex(i.key)) AS key, q.name AS question, r.cause,
    n.body AS note, r.act NOT IN (SELECT act FROM dead) AS live,
    (SELECT count(*) FROM answer a WHERE a.item = r.item AND a.question = r.question AND a.value IS NOT NULL
        AND (a.review = r.id OR (a.review IS NOT NULL AND a.id > r.id))
        AND a.person NOT IN (SELECT person FROM now_presence WHERE state = 'excluded')
        AND a.act NOT IN (SELECT act FROM dead)) AS answers,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act, r.seq
FROM review r
JOIN act ON act.seq = r.act
JOIN item i ON i.seq = r.item
JOIN v_questions q ON q.seq = r.question
LEFT JOIN content n ON n.id = r.note;

-- Which items teach, tune and judge: a rule that is recorded once, and what it made of the items; who has no row teaches.

CREATE TABLE split_rule (
    act      INTEGER NOT NULL REFERENCES act,
    id       BLOB NOT NULL CHECK (length(id) = 16),
    revision INTEGER NOT NULL,
    rule     TEXT NOT NULL,
    PRIMARY KEY (id, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX split_rule_act ON split_rule (act);

CREATE TABLE split_item (
    act   INTEGER NOT NULL REFERENCES act,
    rule  BLOB NOT NULL CHECK (length(rule) = 16),
    item  INTEGER NOT NULL REFERENCES item,
    split TEXT NOT NULL,
    PRIMARY KEY (item, rule, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX split_item_act ON split_item (act);

CREATE TRIGGER split_rule_is_not_updated BEFORE UPDATE ON split_rule
BEGIN SELECT RAISE(ABORT, 'facts are never changed: split_rule'); END;
CREATE TRIGGER split_rule_is_not_deleted BEFORE DELETE ON split_rule
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: split_rule'); END;
CREATE TRIGGER split_item_is_not_updated BEFORE UPDATE ON split_item
BEGIN SELECT RAISE(ABORT, 'facts are never changed: split_item'); END;
CREATE TRIGGER split_item_is_not_deleted BEFORE DELETE ON split_item
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: split_item'); END;

-- Every item that does not teach: by the newest rule, else what was set aside when the items came in.
CREATE VIEW v_splits AS
WITH now (id) AS (
    SELECT r.id FROM split_rule r JOIN act a ON a.seq = r.act
    WHERE r.act NOT IN (SELECT act FROM dead) ORDER BY r.revision DESC, a.id DESC LIMIT 1
)
SELECT s.item, min(s.split) AS split FROM split_item s
WHERE s.rule = (SELECT id FROM now) AND s.act NOT IN (SELECT act FROM dead) GROUP BY s.item
UNION ALL
SELECT DISTINCT e.item, 'test' FROM evaluation e
WHERE NOT EXISTS (SELECT 1 FROM now) AND e.act NOT IN (SELECT act FROM dead);

DROP VIEW v_items;
CREATE VIEW v_items AS
SELECT i.id AS item, lower(hex(i.key)) AS key, s.name AS source, t.body AS text, f.body AS fields, n.revision,
    coalesce((SELECT p.split FROM v_splits p WHERE p.item = i.seq), 'train') AS split,
    EXISTS (SELECT 1 FROM v_splits p WHERE p.item = i.seq AND p.split = 'test') AS evaluation, i.seq
FROM now_item n
JOIN item i ON i.seq = n.item
JOIN source s ON s.id = i.source
JOIN content t ON t.id = n.text
JOIN content f ON f.id = n.fields;

-- States that were kept: each as what changed against its parent; an item without a text is gone.

CREATE TABLE snapshot (
    act      INTEGER NOT NULL REFERENCES act,
    id       BLOB NOT NULL CHECK (length(id) = 16),
    question INTEGER NOT NULL REFERENCES question,
    number   INTEGER NOT NULL,
    name     TEXT,
    parent   BLOB,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    items    INTEGER NOT NULL,
    settled  INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_act ON snapshot (act);

CREATE TABLE snapshot_item (
    act      INTEGER NOT NULL REFERENCES act,
    snapshot BLOB NOT NULL CHECK (length(snapshot) = 16),
    item     INTEGER NOT NULL REFERENCES item,
    text     INTEGER REFERENCES content,
    fields   INTEGER REFERENCES content,
    value    INTEGER REFERENCES content,
    origin   TEXT,
    split    TEXT,
    PRIMARY KEY (snapshot, item, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_item_act ON snapshot_item (act);

CREATE TRIGGER snapshot_is_not_updated BEFORE UPDATE ON snapshot
BEGIN SELECT RAISE(ABORT, 'facts are never changed: snapshot'); END;
CREATE TRIGGER snapshot_is_not_deleted BEFORE DELETE ON snapshot
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: snapshot'); END;
CREATE TRIGGER snapshot_item_is_not_updated BEFORE UPDATE ON snapshot_item
BEGIN SELECT RAISE(ABORT, 'facts are never changed: snapshot_item'); END;
CREATE TRIGGER snapshot_item_is_not_deleted BEFORE DELETE ON snapshot_item
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: snapshot_item'); END;

CREATE VIEW v_snapshots AS
SELECT lower(hex(s.id)) AS snapshot_id, q.name AS question, s.number, s.name, lower(hex(s.parent)) AS parent,
    lower(hex(s.hash)) AS hash, s.items, s.settled, s.act NOT IN (SELECT act FROM dead) AS live,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act
FROM snapshot s
JOIN act ON act.seq = s.act
JOIN v_questions q ON q.seq = s.question;

CREATE VIEW v_replies AS
SELECT lower(hex(r.id)) AS reply_id, i.id AS item, lower(hex(i.key)) AS key, q.name AS question,
    c.body AS reply, lower(hex(r.about)) AS answer_id,
    (SELECT p.name FROM answer a JOIN v_people p ON p.seq = a.person WHERE a.id = r.about LIMIT 1) AS to_person,
    r.act NOT IN (SELECT act FROM dead) AS live,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act, r.seq
FROM reply r
JOIN act ON act.seq = r.act
JOIN item i ON i.seq = r.item
JOIN v_questions q ON q.seq = r.question
JOIN content c ON c.id = r.body;

CREATE VIEW v_inbox_read AS
SELECT p.name AS person, lower(hex(x.entry)) AS entry, x.act NOT IN (SELECT act FROM dead) AS live, act.at_utc_ms,
    lower(hex(act.id)) AS act
FROM inbox_read x
JOIN act ON act.seq = x.act
JOIN v_people p ON p.seq = x.person;

-- Calibration sessions: items that everybody of a group answers blind, in two halves, and the agreement that was kept.

CREATE TABLE calibration (
    act      INTEGER NOT NULL REFERENCES act,
    id       BLOB NOT NULL CHECK (length(id) = 16),
    question INTEGER NOT NULL REFERENCES question,
    name     TEXT NOT NULL,
    seed     INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX calibration_act ON calibration (act);

CREATE TABLE calibration_person (
    act         INTEGER NOT NULL REFERENCES act,
    calibration BLOB NOT NULL CHECK (length(calibration) = 16),
    person      INTEGER NOT NULL REFERENCES person,
    PRIMARY KEY (calibration, person, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX calibration_person_act ON calibration_person (act);

CREATE TABLE calibration_item (
    act         INTEGER NOT NULL REFERENCES act,
    calibration BLOB NOT NULL CHECK (length(calibration) = 16),
    item        INTEGER NOT NULL REFERENCES item,
    half        INTEGER NOT NULL,
    PRIMARY KEY (calibration, item, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX calibration_item_act ON calibration_item (act);

CREATE TABLE calibration_step (
    act         INTEGER NOT NULL REFERENCES act,
    calibration BLOB NOT NULL CHECK (length(calibration) = 16),
    step        TEXT NOT NULL,
    kept        TEXT,
    PRIMARY KEY (calibration, step, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX calibration_step_act ON calibration_step (act);

CREATE TRIGGER calibration_is_not_updated BEFORE UPDATE ON calibration
BEGIN SELECT RAISE(ABORT, 'facts are never changed: calibration'); END;
CREATE TRIGGER calibration_is_not_deleted BEFORE DELETE ON calibration
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: calibration'); END;
CREATE TRIGGER calibration_person_is_not_updated BEFORE UPDATE ON calibration_person
BEGIN SELECT RAISE(ABORT, 'facts are never changed: calibration_person'); END;
CREATE TRIGGER calibration_person_is_not_deleted BEFORE DELETE ON calibration_person
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: calibration_person'); END;
CREATE TRIGGER calibration_item_is_not_updated BEFORE UPDATE ON calibration_item
BEGIN SELECT RAISE(ABORT, 'facts are never changed: calibration_item'); END;
CREATE TRIGGER calibration_item_is_not_deleted BEFORE DELETE ON calibration_item
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: calibration_item'); END;
CREATE TRIGGER calibration_step_is_not_updated BEFORE UPDATE ON calibration_step
BEGIN SELECT RAISE(ABORT, 'facts are never changed: calibration_step'); END;
CREATE TRIGGER calibration_step_is_not_deleted BEFORE DELETE ON calibration_step
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: calibration_step'); END;

CREATE VIEW v_calibrations AS
SELECT lower(hex(c.id)) AS calibration, c.name, q.name AS question, c.seed,
    (SELECT count(*) FROM calibration_item x WHERE x.calibration = c.id AND x.half = 1) AS first_half,
    (SELECT count(*) FROM calibration_item x WHERE x.calibration = c.id AND x.half = 2) AS second_half,
    (SELECT count(*) FROM calibration_person x WHERE x.calibration = c.id) AS people,
    (SELECT s.kept FROM calibration_step s JOIN act a ON a.seq = s.act WHERE s.calibration = c.id
        AND s.step = 'compared' AND s.act NOT IN (SELECT act FROM dead) ORDER BY a.id LIMIT 1) AS before,
    (SELECT s.kept FROM calibration_step s JOIN act a ON a.seq = s.act WHERE s.calibration = c.id
        AND s.step = 'closed' AND s.act NOT IN (SELECT act FROM dead) ORDER BY a.id LIMIT 1) AS after,
    c.act NOT IN (SELECT act FROM dead) AS live,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act
FROM calibration c
JOIN act ON act.seq = c.act
JOIN v_questions q ON q.seq = c.question;

-- Marks that the guidelines do not settle a matter are few among many.
CREATE INDEX ruling_unclear ON ruling (question) WHERE unclear IS NOT NULL;
CREATE INDEX answer_unclear ON answer (question) WHERE skip = 'unclear-guideline';
-- Runs: trainings and imported predictions, whole when they are finished; and what was decided about them.

CREATE TABLE run (
    act      INTEGER NOT NULL REFERENCES act,
    id       BLOB NOT NULL CHECK (length(id) = 16),
    question INTEGER NOT NULL REFERENCES question,
    number   INTEGER NOT NULL,
    name     TEXT NOT NULL,
    origin   TEXT NOT NULL,
    model    TEXT NOT NULL,
    seed     INTEGER NOT NULL,
    snapshot BLOB,
    record   TEXT NOT NULL,
    PRIMARY KEY (id, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_act ON run (act);

CREATE TABLE run_artifact (
    act  INTEGER NOT NULL REFERENCES act,
    run  BLOB NOT NULL CHECK (length(run) = 16),
    name TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_artifact_run ON run_artifact (run, name, act);
CREATE INDEX run_artifact_act ON run_artifact (act);

CREATE TABLE run_prediction (
    act           INTEGER NOT NULL REFERENCES act,
    run           BLOB NOT NULL CHECK (length(run) = 16),
    first         INTEGER NOT NULL,
    items         BLOB NOT NULL,
    labels        BLOB NOT NULL,
    probabilities BLOB
) STRICT;
CREATE UNIQUE INDEX run_prediction_run ON run_prediction (run, first, act);
CREATE INDEX run_prediction_act ON run_prediction (act);

CREATE TABLE run_decision (
    act      INTEGER NOT NULL REFERENCES act,
    question INTEGER NOT NULL REFERENCES question,
    revision INTEGER NOT NULL,
    run      BLOB NOT NULL CHECK (length(run) = 16),
    decision TEXT NOT NULL,
    note     INTEGER REFERENCES content,
    PRIMARY KEY (question, revision, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_decision_act ON run_decision (act);

CREATE TRIGGER run_is_not_updated BEFORE UPDATE ON run
BEGIN SELECT RAISE(ABORT, 'facts are never changed: run'); END;
CREATE TRIGGER run_is_not_deleted BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: run'); END;
CREATE TRIGGER run_artifact_is_not_updated BEFORE UPDATE ON run_artifact
BEGIN SELECT RAISE(ABORT, 'facts are never changed: run_artifact'); END;
CREATE TRIGGER run_artifact_is_not_deleted BEFORE DELETE ON run_artifact
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: run_artifact'); END;
CREATE TRIGGER run_prediction_is_not_updated BEFORE UPDATE ON run_prediction
BEGIN SELECT RAISE(ABORT, 'facts are never changed: run_prediction'); END;
CREATE TRIGGER run_prediction_is_not_deleted BEFORE DELETE ON run_prediction
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: run_prediction'); END;
CREATE TRIGGER run_decision_is_not_updated BEFORE UPDATE ON run_decision
BEGIN SELECT RAISE(ABORT, 'facts are never changed: run_decision'); END;
CREATE TRIGGER run_decision_is_not_deleted BEFORE DELETE ON run_decision
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: run_decision'); END;

CREATE VIEW v_runs AS
SELECT lower(hex(r.id)) AS run_id, q.name AS question, r.number, r.name, r.origin, r.model, r.seed,
    lower(hex(r.snapshot)) AS snapshot, r.record, r.act NOT IN (SELECT act FROM dead) AS live,
    (SELECT d.decision FROM run_decision d WHERE d.run = r.id AND d.act NOT IN (SELECT act FROM dead)
     ORDER BY d.revision DESC LIMIT 1) AS decision,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act
FROM run r
JOIN act ON act.seq = r.act
JOIN v_questions q ON q.seq = r.question;
