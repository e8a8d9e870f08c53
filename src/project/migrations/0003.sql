-- A label that was split says nothing any more by itself: 1, else NULL.
ALTER TABLE label_revision ADD COLUMN split INTEGER;

-- One answer closes every review of its item that was sent before it: copies that went apart may each have sent one.
DROP VIEW v_reviews;
CREATE VIEW v_reviews AS
SELECT lower(hex(r.id)) AS review_id, i.id AS item, lower(hex(i.key)) AS key, q.name AS question, r.cause,
    n.body AS note, r.act NOT IN (SELECT act FROM dead) AS live,
    (SELECT count(*) FROM answer a WHERE a.item = r.item AND a.question = r.question AND a.value IS NOT NULL
        AND (a.review = r.id OR (a.review IS NOT NULL AND a.id > r.id))
        AND a.act NOT IN (SELECT act FROM dead)) AS answers,
    (SELECT p.name FROM v_people p WHERE p.person = lower(hex(act.person))) AS by, act.at_utc_ms,
    lower(hex(act.id)) AS act, r.seq
FROM review r
JOIN act ON act.seq = r.act
JOIN item i ON i.seq = r.item
JOIN v_questions q ON q.seq = r.question
LEFT JOIN content n ON n.id = r.note;
