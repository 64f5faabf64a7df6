-- An anonymous report's code, kept as a keyed hash: whoever has it may follow the report; nothing says who that is.
CREATE TABLE claim (
  report INTEGER NOT NULL PRIMARY KEY REFERENCES report (id),
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  code_hash TEXT NOT NULL CONSTRAINT claim_once UNIQUE,
  redeemed INTEGER NOT NULL DEFAULT 0 CONSTRAINT claim_redeemed CHECK (redeemed >= 0)
) STRICT;

-- Of a message marked so nothing stays once it is sent.
ALTER TABLE outbox ADD COLUMN burn INTEGER NOT NULL DEFAULT 0;

-- What is to be taken out of the photo folder, unless a report names it.
CREATE TABLE discarded (
  sha TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- When backups were made: whoever reports anonymously is told which of them still hold the draft.
CREATE TABLE backup_made (
  at INTEGER NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Every look at a hidden name: who, when, at which report or month, why; read by the union.
CREATE TABLE name_look (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  at INTEGER NOT NULL,
  person INTEGER,
  source TEXT NOT NULL CONSTRAINT name_look_source CHECK (source IN ('chat', 'cli')),
  report INTEGER REFERENCES report (id),
  month INTEGER,
  why TEXT NOT NULL
) STRICT;
CREATE INDEX name_look_newest ON name_look (enterprise, id);
CREATE TRIGGER name_look_no_update BEFORE UPDATE ON name_look
  BEGIN SELECT RAISE(ABORT, 'the log of looks is append-only'); END;
CREATE TRIGGER name_look_no_delete BEFORE DELETE ON name_look
  BEGIN SELECT RAISE(ABORT, 'the log of looks is append-only'); END;
CREATE TRIGGER name_look_no_replace BEFORE INSERT ON name_look
  WHEN EXISTS (SELECT 1 FROM name_look WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the log of looks is append-only'); END;

-- Whom a report says to have broken a rule; kept apart from everything that is shown of it.
ALTER TABLE report ADD COLUMN accused INTEGER REFERENCES person (id);
