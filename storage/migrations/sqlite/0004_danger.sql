-- An alert rings until somebody takes it; alerts of before (rung_at NULL) ring no more.
ALTER TABLE danger_alert ADD COLUMN rung_at INTEGER;
ALTER TABLE danger_alert ADD COLUMN rings INTEGER NOT NULL DEFAULT 1;
ALTER TABLE danger_alert ADD COLUMN reached_by INTEGER REFERENCES person (id);
ALTER TABLE danger_alert ADD COLUMN reached_at INTEGER;
ALTER TABLE danger_alert ADD COLUMN escalated_at INTEGER;
-- What was said last, and how the report begins that follows.
ALTER TABLE danger_alert ADD COLUMN said_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE danger_alert ADD COLUMN delivery TEXT NOT NULL DEFAULT '';
ALTER TABLE danger_alert ADD COLUMN latitude REAL;
ALTER TABLE danger_alert ADD COLUMN longitude REAL;
ALTER TABLE danger_alert ADD COLUMN draft INTEGER REFERENCES draft (id);
ALTER TABLE danger_alert ADD COLUMN report INTEGER REFERENCES report (id);
CREATE INDEX danger_alert_open ON danger_alert (enterprise, id) WHERE ended_at IS NULL AND reached_at IS NULL;
CREATE INDEX danger_alert_draft ON danger_alert (draft) WHERE draft IS NOT NULL;

-- Whoever may not report for a while; a row is never taken away, only lifted.
CREATE TABLE reporting_ban (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  person INTEGER NOT NULL REFERENCES person (id),
  at INTEGER NOT NULL,
  by INTEGER REFERENCES person (id),
  words TEXT NOT NULL,
  lifted_at INTEGER,
  lifted_by INTEGER REFERENCES person (id)
) STRICT;
CREATE UNIQUE INDEX reporting_ban_once ON reporting_ban (person) WHERE lifted_at IS NULL;

-- The place whose code an account scanned before it joined, and how many messages came within a minute.
ALTER TABLE account ADD COLUMN place INTEGER REFERENCES place (id);
ALTER TABLE account ADD COLUMN place_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN burst INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN burst_from INTEGER NOT NULL DEFAULT 0;
