-- Items that are sent back to be answered once more, and the answers that came of it.

CREATE TABLE review (
    seq      INTEGER PRIMARY KEY,
    act      INTEGER NOT NULL REFERENCES act,
    id       BLOB NOT NULL CHECK (length(id) = 16),
    question INTEGER NOT NULL REFERENCES question,
    item     INTEGER NOT NULL REFERENCES item,
    cause    TEXT NOT NULL,
    note     INTEGER REFERENCES content
) STRICT;
CREATE UNIQUE INDEX review_id ON review (id, act);
CREATE INDEX review_item ON review (item, question);
CREATE INDEX review_act ON review (act);

ALTER TABLE answer ADD COLUMN review BLOB;
CREATE INDEX answer_review ON answer (review) WHERE review IS NOT NULL;

-- A ruling can say that the guidelines do not settle the matter: the revision that was in view.
ALTER TABLE ruling ADD COLUMN unclear INTEGER;

CREATE TRIGGER review_is_not_updated BEFORE UPDATE ON review
BEGIN SELECT RAISE(ABORT, 'facts are never changed: review'); END;
CREATE TRIGGER review_is_not_deleted BEFORE DELETE ON review
BEGIN SELECT RAISE(ABORT, 'facts are never deleted: review'); END;

CREATE VIEW v_reviews AS
SELECT lower(hex(r.id)) AS review_id, i.id AS item, lower(hex(i.key)) AS key, q.name AS question, r.cause,
    n.body AS note, r.act NOT IN (SELECT act FROM dead) AS live,
    (SELECT count(*) FROM answer a WHERE a.review = r.id AND a.value IS NOT NULL
        AND a.act NOT IN (SELECT act FROM dead)) AS answers,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act, r.seq
FROM review r
JOIN act ON act.seq = r.act
JOIN item i ON i.seq = r.item
JOIN v_questions q ON q.seq = r.question
LEFT JOIN content n ON n.id = r.note;
