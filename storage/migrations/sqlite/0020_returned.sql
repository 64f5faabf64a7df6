-- A payment may come back: an entry of the opposite sign that names the payment. A table's checks cannot be changed,
-- so the ledger is written anew, entry by entry as it was.
CREATE TABLE ledger_new (
  key TEXT NOT NULL,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT ledger_kind CHECK (kind IN ('award', 'reversal', 'payment', 'write_off')),
  person INTEGER NOT NULL REFERENCES person (id),
  fen INTEGER NOT NULL CONSTRAINT ledger_sign CHECK (
    (kind = 'award' AND fen > 0) OR (kind = 'reversal' AND fen < 0) OR (kind = 'write_off' AND fen > 0)
    OR (kind = 'payment' AND fen <> 0 AND (fen > 0) = (reverses IS NOT NULL))),
  month INTEGER NOT NULL,
  at INTEGER NOT NULL,
  award INTEGER REFERENCES award (id),
  report INTEGER REFERENCES report (id),
  report_kind TEXT NOT NULL DEFAULT '',
  reverses TEXT,
  body TEXT NOT NULL,
  body_digest TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;
INSERT INTO ledger_new SELECT key, enterprise, seq, kind, person, fen, month, at, award, report, report_kind, reverses,
  body, body_digest, digest FROM ledger;
DROP TABLE ledger;
ALTER TABLE ledger_new RENAME TO ledger;
CREATE INDEX ledger_person ON ledger (enterprise, person, month, kind, fen);
CREATE INDEX ledger_month ON ledger (enterprise, month, person, kind, report_kind, fen);
CREATE INDEX ledger_seq ON ledger (enterprise, seq);
CREATE INDEX ledger_in_month ON ledger (enterprise, month, seq);
CREATE INDEX ledger_award ON ledger (award) WHERE award IS NOT NULL;
CREATE INDEX ledger_taken ON ledger (enterprise, seq) WHERE kind = 'reversal';
CREATE INDEX ledger_apart ON ledger (enterprise, seq) WHERE kind = 'award' AND award IS NULL;
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger
  WHEN EXISTS (SELECT 1 FROM ledger WHERE key = NEW.key)
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- `returned` is the ledger's number of the entry that took the row's payment back.
ALTER TABLE payout ADD COLUMN returned INTEGER;
CREATE INDEX payout_returned ON payout (person, batch) WHERE returned IS NOT NULL;
