-- An appeal stands beside a status: open while its time is set.
ALTER TABLE report ADD COLUMN appealed_at INTEGER;
CREATE INDEX report_appealed ON report (enterprise, appealed_at, id) WHERE appealed_at IS NOT NULL;
-- What became of a person's reports of the last months; never of those whose name is kept secret.
CREATE INDEX report_share ON report (enterprise, reporter, submitted_at, status)
  WHERE naming = 'shown' AND kind <> 'violation';

ALTER TABLE award ADD COLUMN base INTEGER;
ALTER TABLE award ADD COLUMN factor TEXT NOT NULL DEFAULT '';
ALTER TABLE award ADD COLUMN decided_at INTEGER;
ALTER TABLE award ADD COLUMN priced_by INTEGER;
ALTER TABLE award ADD COLUMN judges TEXT NOT NULL DEFAULT '[]';
ALTER TABLE award ADD COLUMN barred TEXT NOT NULL DEFAULT '[]';
ALTER TABLE award ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE award ADD COLUMN appealed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE award ADD COLUMN appealed_at INTEGER;
ALTER TABLE award ADD COLUMN appeal_words TEXT NOT NULL DEFAULT '';
ALTER TABLE award ADD COLUMN appeal_answer TEXT NOT NULL DEFAULT '';
UPDATE award SET decided_at = approved_at;
CREATE INDEX award_appealed ON award (enterprise, appealed_at, id) WHERE appealed_at IS NOT NULL;
