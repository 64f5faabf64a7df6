-- What an owner asked and an officer has not answered; how a major hazard is accepted; who is on leave.
ALTER TABLE report ADD COLUMN extension INTEGER;
ALTER TABLE report ADD COLUMN disclaimed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE report ADD COLUMN first_by_leader INTEGER NOT NULL DEFAULT 0;
CREATE INDEX report_receiver ON report (enterprise, receiver) WHERE receiver IS NOT NULL;
CREATE INDEX report_asked ON report (enterprise, due, id) WHERE extension IS NOT NULL OR disclaimed = 1;

-- A fix in part holds photos as a whole one does: what is set here is interim, whatever purpose and stage say.
ALTER TABLE draft ADD COLUMN interim INTEGER NOT NULL DEFAULT 0;
ALTER TABLE evidence ADD COLUMN interim INTEGER NOT NULL DEFAULT 0;

CREATE TABLE absence (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  person INTEGER NOT NULL REFERENCES person (id),
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  deputy INTEGER REFERENCES person (id),
  entered_by INTEGER REFERENCES person (id),
  entered_at INTEGER NOT NULL,
  ended_at INTEGER,
  CONSTRAINT absence_days CHECK (first_day <= last_day)
) STRICT;
CREATE INDEX absence_last ON absence (enterprise, last_day) WHERE ended_at IS NULL;
