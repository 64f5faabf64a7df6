-- What is paid together: made once a month, shown with a time to object, then a frozen payout sheet.
CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  month INTEGER NOT NULL,
  cut_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  window_end INTEGER NOT NULL,
  state TEXT NOT NULL CONSTRAINT batch_state CHECK (state IN ('notice', 'due', 'paid')),
  frozen_at INTEGER,
  frozen_seq INTEGER,
  paid_at INTEGER,
  paid_by INTEGER REFERENCES person (id),
  CONSTRAINT batch_once UNIQUE (enterprise, month),
  CONSTRAINT batch_frozen CHECK ((state = 'notice') = (frozen_at IS NULL)),
  CONSTRAINT batch_paid CHECK ((state = 'paid') = (paid_at IS NOT NULL))
) STRICT;
CREATE INDEX batch_unpaid ON batch (enterprise, window_end) WHERE state <> 'paid';

-- `n` is the entry's number in the notice, none for what stands there as one secret line; `out_at` says when
-- it left this batch: an objection or a reversal came before the sheet was frozen.
CREATE TABLE batch_entry (
  batch INTEGER NOT NULL REFERENCES batch (id),
  award INTEGER NOT NULL REFERENCES award (id),
  n INTEGER,
  out_at INTEGER,
  PRIMARY KEY (batch, award)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX batch_entry_in_one ON batch_entry (award) WHERE out_at IS NULL;
CREATE INDEX batch_entry_award ON batch_entry (award);
CREATE UNIQUE INDEX batch_entry_number ON batch_entry (batch, n) WHERE n IS NOT NULL;

-- One row of the payout sheet, as it was when it was frozen: only `state` and `words` change.
-- `carried` is what earlier months left, below nothing a debt; `fen` is what is paid out.
CREATE TABLE payout (
  batch INTEGER NOT NULL REFERENCES batch (id),
  person INTEGER NOT NULL REFERENCES person (id),
  n INTEGER NOT NULL,
  employee_no TEXT NOT NULL,
  name TEXT NOT NULL,
  department TEXT NOT NULL,
  items INTEGER NOT NULL,
  carried INTEGER NOT NULL,
  fen INTEGER NOT NULL CONSTRAINT payout_fen CHECK (fen >= 0),
  taken TEXT NOT NULL DEFAULT '[]',
  state TEXT NOT NULL CONSTRAINT payout_state CHECK (state IN ('due', 'paid', 'failed')),
  words TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (batch, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX payout_person ON payout (person, batch);
CREATE INDEX payout_failed ON payout (person, batch) WHERE state = 'failed';

CREATE TABLE objection (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  batch INTEGER NOT NULL REFERENCES batch (id),
  award INTEGER NOT NULL REFERENCES award (id),
  n INTEGER NOT NULL,
  person INTEGER NOT NULL REFERENCES person (id),
  words TEXT NOT NULL,
  at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by INTEGER REFERENCES person (id),
  upheld INTEGER CONSTRAINT objection_upheld CHECK (upheld IN (0, 1)),
  answer TEXT NOT NULL DEFAULT '',
  CONSTRAINT objection_decided CHECK ((decided_at IS NULL) = (upheld IS NULL))
) STRICT;
CREATE UNIQUE INDEX objection_open ON objection (award) WHERE decided_at IS NULL;
CREATE INDEX objection_award ON objection (award);
CREATE INDEX objection_waiting ON objection (enterprise, id) WHERE decided_at IS NULL;

CREATE INDEX award_to_batch ON award (enterprise, approved_at) WHERE status = 'approved';
CREATE INDEX award_batched ON award (enterprise, id) WHERE status IN ('batched', 'objected');

-- What a sheet asks the ledger for besides sums: what was taken back, and what is for no award. Both are few.
CREATE INDEX ledger_taken ON ledger (enterprise, seq) WHERE kind = 'reversal';
CREATE INDEX ledger_apart ON ledger (enterprise, seq) WHERE kind = 'award' AND award IS NULL;
