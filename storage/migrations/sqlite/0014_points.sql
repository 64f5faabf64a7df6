-- Points beside yuan or instead of it: a ledger like that of money, with one unique key and a chain of its own.
ALTER TABLE enterprise ADD COLUMN points_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE enterprise ADD COLUMN points_digest TEXT NOT NULL DEFAULT '';
ALTER TABLE award_share ADD COLUMN points INTEGER NOT NULL DEFAULT 0;

CREATE TABLE point (
  key TEXT NOT NULL,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT point_kind CHECK (kind IN ('earned', 'exchanged', 'redeemed', 'reversal')),
  person INTEGER NOT NULL REFERENCES person (id),
  points INTEGER NOT NULL CONSTRAINT point_sign CHECK (
    (kind = 'earned' AND points > 0) OR (kind IN ('exchanged', 'redeemed') AND points < 0)
    OR (kind = 'reversal' AND points <> 0)),
  worth INTEGER NOT NULL DEFAULT 0,
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
CREATE INDEX point_person ON point (enterprise, person, month, kind, points);
CREATE INDEX point_month ON point (enterprise, month, person, kind, report_kind, worth) WHERE worth <> 0;
CREATE INDEX point_seq ON point (enterprise, seq);
CREATE INDEX point_award ON point (award) WHERE award IS NOT NULL;
CREATE TRIGGER point_no_update BEFORE UPDATE ON point
  BEGIN SELECT RAISE(ABORT, 'the points ledger is append-only'); END;
CREATE TRIGGER point_no_delete BEFORE DELETE ON point
  BEGIN SELECT RAISE(ABORT, 'the points ledger is append-only'); END;
CREATE TRIGGER point_no_replace BEFORE INSERT ON point
  WHEN EXISTS (SELECT 1 FROM point WHERE key = NEW.key)
  BEGIN SELECT RAISE(ABORT, 'the points ledger is append-only'); END;
CREATE TRIGGER point_no_overspending BEFORE INSERT ON point
  WHEN NEW.kind IN ('exchanged', 'redeemed') AND NEW.points + (SELECT coalesce(sum(points), 0) FROM point
    WHERE enterprise = NEW.enterprise AND person = NEW.person) < 0
  BEGIN SELECT RAISE(ABORT, 'nobody spends more points than there are'); END;

-- What points were redeemed for, until somebody has handed it out.
CREATE TABLE redemption (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  person INTEGER NOT NULL REFERENCES person (id),
  entry TEXT NOT NULL,
  item TEXT NOT NULL,
  points INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CONSTRAINT redemption_state CHECK (state IN ('open', 'handed', 'cancelled')),
  words TEXT NOT NULL DEFAULT '',
  done_by INTEGER REFERENCES person (id),
  created_at INTEGER NOT NULL,
  done_at INTEGER,
  CONSTRAINT redemption_once UNIQUE (entry)
) STRICT;
CREATE INDEX redemption_open ON redemption (enterprise, id) WHERE state = 'open';
CREATE INDEX redemption_person ON redemption (enterprise, person, id);
