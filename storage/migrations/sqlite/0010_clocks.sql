-- The clock of verifying: since when a report waits if not since 提交, and how long (ms) it stood still while more was asked.
ALTER TABLE report ADD COLUMN waits_since INTEGER;
ALTER TABLE report ADD COLUMN queried_for INTEGER NOT NULL DEFAULT 0;
UPDATE report SET waits_since = (SELECT max(at) FROM history h
  WHERE h.report = report.id AND h.to_status = 'reported' AND h.from_status <> 'reported')
  WHERE status IN ('reported', 'queried');

-- What must not ring in quiet hours, whenever it comes to be sent.
ALTER TABLE outbox ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET quiet = 1 WHERE state = 'waiting' AND not_before > 0;
