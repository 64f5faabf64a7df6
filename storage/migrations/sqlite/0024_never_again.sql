-- A number that was erased is never given again: a note that the old message was sent, or a button on somebody's
-- phone, may still name it. A table's key cannot be changed, so these are written anew, row by row as they were.
CREATE TABLE draft_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  person INTEGER NOT NULL REFERENCES person (id),
  purpose TEXT NOT NULL CONSTRAINT draft_purpose CHECK (purpose IN ('report', 'fix', 'reopen', 'answer')),
  report INTEGER REFERENCES report (id),
  kind TEXT NOT NULL DEFAULT 'hazard',
  text TEXT NOT NULL DEFAULT '',
  place INTEGER REFERENCES place (id),
  place_text TEXT NOT NULL DEFAULT '',
  found_at INTEGER,
  naming TEXT NOT NULL DEFAULT 'shown',
  latitude REAL,
  longitude REAL,
  sent_at INTEGER NOT NULL,
  delivery TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CONSTRAINT draft_state CHECK (state IN ('open', 'parked', 'submitted', 'cancelled', 'expired')),
  created_at INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  joint TEXT NOT NULL DEFAULT '[]',
  behalf INTEGER REFERENCES person (id),
  warned_at INTEGER NOT NULL DEFAULT 0,
  interim INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO draft_new SELECT id, enterprise, person, purpose, report, kind, text, place, place_text, found_at, naming,
  latitude, longitude, sent_at, delivery, state, created_at, touched_at, joint, behalf, warned_at, interim FROM draft;
DROP TABLE draft;
ALTER TABLE draft_new RENAME TO draft;
CREATE UNIQUE INDEX draft_open ON draft (person) WHERE state = 'open';
CREATE INDEX draft_parked ON draft (person) WHERE state = 'parked';
CREATE INDEX draft_touched ON draft (enterprise, touched_at) WHERE state IN ('open', 'parked');

CREATE TABLE card_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  platform TEXT NOT NULL,
  chat TEXT NOT NULL,
  person INTEGER REFERENCES person (id),
  kind TEXT NOT NULL,
  subject INTEGER NOT NULL,
  args TEXT NOT NULL DEFAULT '{}',
  ref TEXT NOT NULL DEFAULT '',
  shown TEXT NOT NULL DEFAULT '',
  labels TEXT NOT NULL DEFAULT '',
  live INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO card_new SELECT id, enterprise, platform, chat, person, kind, subject, args, ref, shown, labels, live,
  created_at FROM card;
DROP TABLE card;
ALTER TABLE card_new RENAME TO card;
CREATE INDEX card_subject ON card (enterprise, kind, subject) WHERE live = 1;
CREATE INDEX card_ref ON card (enterprise, platform, chat, ref) WHERE ref <> '';
CREATE INDEX card_chat ON card (enterprise, platform, chat, id) WHERE live = 1;

CREATE TABLE outbox_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  platform TEXT NOT NULL,
  chat TEXT NOT NULL,
  person INTEGER REFERENCES person (id),
  op TEXT NOT NULL CONSTRAINT outbox_op CHECK (op IN ('send', 'edit')),
  card INTEGER REFERENCES card (id),
  push TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'waiting' CONSTRAINT outbox_state CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
  not_before INTEGER NOT NULL DEFAULT 0,
  hold_until INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  ref TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  done_at INTEGER,
  burn INTEGER NOT NULL DEFAULT 0,
  quiet INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO outbox_new SELECT id, enterprise, platform, chat, person, op, card, push, body, state, not_before,
  hold_until, lease_until, attempts, error, ref, created_at, done_at, burn, quiet FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_held ON outbox (hold_until) WHERE state = 'waiting' AND hold_until > 0;
CREATE INDEX outbox_card ON outbox (card) WHERE state = 'waiting' AND card IS NOT NULL;
CREATE INDEX outbox_person ON outbox (person) WHERE state = 'waiting' AND push <> '';
CREATE INDEX outbox_failed ON outbox (enterprise, done_at) WHERE state = 'failed';
CREATE INDEX outbox_ready ON outbox (not_before, id) WHERE state = 'waiting' AND hold_until = 0;
