-- What a number beside the reports' counts in: HD2611 activities of a month, BB26Q4 model workers of a quarter.
CREATE TABLE number_counter (
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  series TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (enterprise, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  number TEXT,
  month INTEGER,
  status TEXT NOT NULL CONSTRAINT activity_status CHECK (status IN
    ('draft', 'logged', 'confirmed', 'cancelled', 'expired')),
  version INTEGER NOT NULL,
  kind TEXT NOT NULL DEFAULT '',
  day TEXT NOT NULL,
  department INTEGER REFERENCES department (id),
  unit TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT '',
  people TEXT NOT NULL DEFAULT '[]',
  logger INTEGER NOT NULL REFERENCES person (id),
  confirmer INTEGER REFERENCES person (id),
  words TEXT NOT NULL DEFAULT '',
  touched_at INTEGER NOT NULL,
  logged_at INTEGER,
  confirmed_at INTEGER,
  CONSTRAINT activity_number_once UNIQUE (enterprise, number)
) STRICT;
CREATE INDEX activity_draft ON activity (logger) WHERE status = 'draft';
CREATE INDEX activity_waits ON activity (enterprise, id) WHERE status = 'logged';
CREATE INDEX activity_month ON activity (enterprise, month, status);

CREATE TABLE activity_photo (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  activity INTEGER NOT NULL REFERENCES activity (id),
  kind TEXT NOT NULL CONSTRAINT activity_photo_kind CHECK (kind IN ('photo', 'voice', 'video', 'file')),
  sha TEXT NOT NULL,
  thumb TEXT NOT NULL DEFAULT '',
  mime TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  CONSTRAINT activity_photo_once UNIQUE (activity, sha)
) STRICT;

CREATE TABLE model_round (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  quarter INTEGER NOT NULL,
  status TEXT NOT NULL CONSTRAINT model_round_status CHECK (status IN ('open', 'notice', 'done')),
  version INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  notice_by INTEGER REFERENCES person (id),
  notice_at INTEGER,
  notice_until INTEGER,
  CONSTRAINT model_round_once UNIQUE (enterprise, quarter)
) STRICT;

CREATE TABLE model_worker (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  round INTEGER NOT NULL REFERENCES model_round (id),
  quarter INTEGER NOT NULL,
  number TEXT,
  status TEXT NOT NULL CONSTRAINT model_worker_status CHECK (status IN ('listed', 'confirmed', 'honoured', 'struck')),
  version INTEGER NOT NULL,
  person INTEGER NOT NULL REFERENCES person (id),
  department INTEGER REFERENCES department (id),
  unit TEXT NOT NULL DEFAULT '',
  place INTEGER NOT NULL,
  score INTEGER NOT NULL,
  parts TEXT NOT NULL,
  nominators TEXT NOT NULL DEFAULT '[]',
  confirmer INTEGER REFERENCES person (id),
  judges TEXT NOT NULL DEFAULT '[]',
  words TEXT NOT NULL DEFAULT '',
  confirmed_at INTEGER,
  honoured_at INTEGER,
  in_public INTEGER CONSTRAINT model_worker_public CHECK (in_public IN (0, 1)),
  CONSTRAINT model_worker_once UNIQUE (round, person),
  CONSTRAINT model_worker_number_once UNIQUE (enterprise, number)
) STRICT;
CREATE INDEX model_worker_person ON model_worker (person, id);

CREATE TABLE model_note (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  model INTEGER NOT NULL REFERENCES model_worker (id),
  kind TEXT NOT NULL CONSTRAINT model_note_kind CHECK (kind IN ('comment', 'objection')),
  person INTEGER NOT NULL REFERENCES person (id),
  words TEXT NOT NULL,
  at INTEGER NOT NULL,
  decided_by INTEGER REFERENCES person (id),
  upheld INTEGER CONSTRAINT model_note_upheld CHECK (upheld IN (0, 1)),
  answer TEXT NOT NULL DEFAULT '',
  decided_at INTEGER
) STRICT;
CREATE INDEX model_note_of ON model_note (model, id);
CREATE INDEX model_note_open ON model_note (enterprise, id) WHERE kind = 'objection' AND decided_at IS NULL;

-- What an award is for: one of report, activity, model. A subject has at most one award a round.
ALTER TABLE award ADD COLUMN activity INTEGER REFERENCES activity (id);
ALTER TABLE award ADD COLUMN model INTEGER REFERENCES model_worker (id);
CREATE UNIQUE INDEX award_activity ON award (enterprise, activity, round) WHERE activity IS NOT NULL;
CREATE UNIQUE INDEX award_model ON award (enterprise, model, round) WHERE model IS NOT NULL;
