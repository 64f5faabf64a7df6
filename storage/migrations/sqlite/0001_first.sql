CREATE TABLE enterprise (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL CONSTRAINT enterprise_code_once UNIQUE,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  timezone TEXT NOT NULL,
  clock_offset INTEGER NOT NULL DEFAULT 0,
  programme TEXT NOT NULL DEFAULT '',
  ledger_seq INTEGER NOT NULL DEFAULT 0,
  ledger_digest TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE department (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  name TEXT NOT NULL,
  parent INTEGER REFERENCES department (id),
  leader INTEGER REFERENCES person (id),
  kind TEXT NOT NULL DEFAULT 'own' CONSTRAINT department_kind CHECK (kind IN ('own', 'contractor')),
  CONSTRAINT department_once UNIQUE (enterprise, name)
) STRICT;

CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  employee_no TEXT,
  name TEXT NOT NULL,
  phone TEXT,
  department INTEGER REFERENCES department (id),
  team TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL,
  contractor INTEGER NOT NULL DEFAULT 0 CONSTRAINT person_contractor CHECK (contractor IN (0, 1)),
  wecom_userid TEXT,
  left_on TEXT,
  show_name INTEGER NOT NULL DEFAULT 0 CONSTRAINT person_show_name CHECK (show_name IN (0, 1)),
  quiet_from TEXT,
  quiet_until TEXT,
  last_place INTEGER,
  created_at INTEGER NOT NULL,
  CONSTRAINT person_number_once UNIQUE (enterprise, employee_no)
) STRICT;
CREATE INDEX person_phone ON person (enterprise, phone) WHERE phone IS NOT NULL;
CREATE INDEX person_department ON person (enterprise, department);

CREATE TABLE person_role (
  person INTEGER NOT NULL REFERENCES person (id),
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  role TEXT NOT NULL CONSTRAINT person_role_word CHECK (role IN
    ('worker', 'officer', 'approver', 'second_approver', 'finance', 'leader', 'union', 'admin', 'regulator')),
  department INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (person, role, department)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_role_of ON person_role (enterprise, role, person);

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  platform TEXT NOT NULL,
  user_ref TEXT NOT NULL,
  chat TEXT NOT NULL,
  person INTEGER REFERENCES person (id),
  name TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  seen_at INTEGER NOT NULL,
  unreachable_at INTEGER,
  code_misses INTEGER NOT NULL DEFAULT 0,
  missed_at INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT account_once UNIQUE (enterprise, platform, user_ref)
) STRICT;
CREATE INDEX account_person ON account (person) WHERE person IS NOT NULL;

CREATE TABLE invitation (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  code_hash TEXT NOT NULL CONSTRAINT invitation_once UNIQUE,
  person INTEGER NOT NULL REFERENCES person (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX invitation_person ON invitation (person);

CREATE TABLE join_request (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  account INTEGER NOT NULL REFERENCES account (id),
  person INTEGER REFERENCES person (id),
  words TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CONSTRAINT join_request_state CHECK (state IN ('open', 'approved', 'refused')),
  decided_by INTEGER REFERENCES person (id),
  created_at INTEGER NOT NULL,
  decided_at INTEGER
) STRICT;
CREATE UNIQUE INDEX join_request_open ON join_request (account) WHERE state = 'open';

CREATE TABLE place (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  department INTEGER REFERENCES department (id),
  owner INTEGER REFERENCES person (id),
  latitude REAL,
  longitude REAL,
  zone_rules TEXT NOT NULL DEFAULT '',
  CONSTRAINT place_code_once UNIQUE (enterprise, code)
) STRICT;
CREATE INDEX place_department ON place (enterprise, department);

CREATE TABLE chat_group (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  platform TEXT NOT NULL,
  chat TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  purpose TEXT NOT NULL CONSTRAINT chat_group_purpose CHECK (purpose IN ('verify', 'notice')),
  set_by INTEGER REFERENCES person (id),
  set_at INTEGER NOT NULL,
  CONSTRAINT chat_group_once UNIQUE (enterprise, platform, chat)
) STRICT;

CREATE TABLE report_counter (
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  month INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (enterprise, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  number TEXT NOT NULL,
  month INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT report_kind CHECK (kind IN ('hazard', 'violation', 'near_miss', 'suggestion')),
  status TEXT NOT NULL CONSTRAINT report_status CHECK (status IN
    ('reported', 'queried', 'assigned', 'fixed', 'closed', 'rejected', 'duplicate', 'withdrawn', 'void')),
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  place INTEGER REFERENCES place (id),
  place_text TEXT NOT NULL,
  department INTEGER REFERENCES department (id),
  category TEXT NOT NULL DEFAULT '',
  level TEXT CONSTRAINT report_level CHECK (level IN ('C', 'B', 'A', 'major')),
  naming TEXT NOT NULL CONSTRAINT report_naming CHECK (naming IN ('shown', 'hidden', 'anonymous')),
  reporter INTEGER REFERENCES person (id),
  logger INTEGER REFERENCES person (id),
  joint TEXT NOT NULL DEFAULT '[]',
  owner INTEGER REFERENCES person (id),
  receiver INTEGER REFERENCES person (id),
  fixer INTEGER REFERENCES person (id),
  level_setter INTEGER REFERENCES person (id),
  rejecter INTEGER REFERENCES person (id),
  claimed_by INTEGER REFERENCES person (id),
  claimed_at INTEGER,
  first_acceptor INTEGER REFERENCES person (id),
  original INTEGER REFERENCES report (id),
  outside_duty INTEGER NOT NULL DEFAULT 0,
  found_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  delivery TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  queried_at INTEGER,
  admitted_at INTEGER,
  due INTEGER,
  fixed_at INTEGER,
  closed_at INTEGER,
  interim TEXT NOT NULL DEFAULT '',
  plan TEXT NOT NULL DEFAULT '',
  appealed INTEGER NOT NULL DEFAULT 0,
  latitude REAL,
  longitude REAL,
  CONSTRAINT report_number_once UNIQUE (enterprise, number)
) STRICT;
CREATE INDEX report_mine ON report (enterprise, reporter, id);
CREATE INDEX report_open ON report (enterprise, status, due, id) WHERE status IN ('reported', 'queried', 'assigned', 'fixed');
CREATE INDEX report_owner ON report (enterprise, owner, due) WHERE status IN ('assigned', 'fixed');
CREATE INDEX report_board ON report (enterprise, month, reporter, status, kind, naming);
CREATE INDEX report_place ON report (enterprise, place, id) WHERE status IN ('reported', 'queried', 'assigned', 'fixed');
CREATE INDEX report_original ON report (original) WHERE original IS NOT NULL;

CREATE TABLE report_gram (
  enterprise INTEGER NOT NULL,
  gram TEXT NOT NULL,
  report INTEGER NOT NULL REFERENCES report (id),
  PRIMARY KEY (enterprise, gram, report)
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
  report INTEGER NOT NULL REFERENCES report (id),
  seq INTEGER NOT NULL,
  enterprise INTEGER NOT NULL,
  action TEXT NOT NULL,
  from_status TEXT NOT NULL,
  to_status TEXT NOT NULL,
  person INTEGER,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  body_digest TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (report, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER history_no_update BEFORE UPDATE ON history
  BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_no_delete BEFORE DELETE ON history
  BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_no_replace BEFORE INSERT ON history
  WHEN EXISTS (SELECT 1 FROM history WHERE report = NEW.report AND seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

CREATE TABLE draft (
  id INTEGER PRIMARY KEY,
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
  touched_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX draft_open ON draft (person) WHERE state = 'open';
CREATE INDEX draft_parked ON draft (person) WHERE state = 'parked';
CREATE INDEX draft_touched ON draft (enterprise, touched_at) WHERE state IN ('open', 'parked');

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  draft INTEGER REFERENCES draft (id),
  report INTEGER REFERENCES report (id),
  stage TEXT NOT NULL CONSTRAINT evidence_stage CHECK (stage IN ('before', 'after', 'answer', 'reopen')),
  kind TEXT NOT NULL CONSTRAINT evidence_kind CHECK (kind IN ('photo', 'voice', 'video', 'file')),
  sha TEXT NOT NULL,
  thumb TEXT NOT NULL DEFAULT '',
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  mime TEXT NOT NULL DEFAULT '',
  album TEXT NOT NULL DEFAULT '',
  taken_at INTEGER,
  person INTEGER,
  round INTEGER NOT NULL DEFAULT 0,
  witness INTEGER,
  at INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX evidence_draft ON evidence (draft) WHERE draft IS NOT NULL;
CREATE INDEX evidence_report ON evidence (report, id) WHERE report IS NOT NULL;
CREATE INDEX evidence_album ON evidence (enterprise, person, album) WHERE album <> '';
CREATE INDEX evidence_sha ON evidence (sha);

CREATE TABLE award (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  report INTEGER REFERENCES report (id),
  round INTEGER NOT NULL DEFAULT 1,
  status TEXT NOT NULL CONSTRAINT award_status CHECK (status IN
    ('proposed', 'half_approved', 'held_budget', 'approved', 'refused', 'batched', 'objected', 'paid', 'reversed')),
  version INTEGER NOT NULL,
  kind TEXT,
  level TEXT,
  proposed INTEGER NOT NULL CONSTRAINT award_proposed CHECK (proposed >= 0),
  fen INTEGER NOT NULL CONSTRAINT award_fen CHECK (fen >= 0),
  extra INTEGER NOT NULL DEFAULT 0,
  outside_duty INTEGER NOT NULL DEFAULT 0,
  rule TEXT NOT NULL,
  card_version TEXT NOT NULL,
  words TEXT NOT NULL DEFAULT '',
  level_setter INTEGER,
  first_approver INTEGER,
  second_approver INTEGER,
  changed_by INTEGER,
  lifted_by INTEGER,
  decided_by INTEGER,
  created_at INTEGER NOT NULL,
  approved_at INTEGER,
  month INTEGER,
  CONSTRAINT award_once UNIQUE (enterprise, report, round)
) STRICT;
CREATE INDEX award_open ON award (enterprise, status, id) WHERE status IN ('proposed', 'half_approved', 'held_budget');
CREATE INDEX award_month ON award (enterprise, month, status);

CREATE TABLE award_share (
  award INTEGER NOT NULL REFERENCES award (id),
  person INTEGER NOT NULL REFERENCES person (id),
  fen INTEGER NOT NULL,
  cut INTEGER NOT NULL DEFAULT 0,
  excluded INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (award, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX award_share_person ON award_share (person, award);

-- One unique key only: with recursive_triggers off, REPLACE on a second one slips past the triggers.
CREATE TABLE ledger (
  key TEXT NOT NULL,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT ledger_kind CHECK (kind IN ('award', 'reversal', 'payment', 'write_off')),
  person INTEGER NOT NULL REFERENCES person (id),
  fen INTEGER NOT NULL CONSTRAINT ledger_sign CHECK (
    (kind = 'award' AND fen > 0) OR (kind IN ('reversal', 'payment') AND fen < 0) OR (kind = 'write_off' AND fen > 0)),
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
CREATE INDEX ledger_person ON ledger (enterprise, person, month, kind, fen);
CREATE INDEX ledger_month ON ledger (enterprise, month, person, kind, report_kind, fen);
CREATE INDEX ledger_seq ON ledger (enterprise, seq);
CREATE INDEX ledger_award ON ledger (award) WHERE award IS NOT NULL;
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger
  WHEN EXISTS (SELECT 1 FROM ledger WHERE key = NEW.key)
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE question (
  account INTEGER NOT NULL PRIMARY KEY REFERENCES account (id),
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  kind TEXT NOT NULL,
  args TEXT NOT NULL,
  asked_at INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  platform TEXT NOT NULL,
  key TEXT NOT NULL,
  account TEXT NOT NULL,
  raw TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT inbox_state CHECK (state IN ('new', 'done', 'parked')),
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  received_at INTEGER NOT NULL,
  handled_at INTEGER,
  CONSTRAINT inbox_once UNIQUE (enterprise, platform, key)
) STRICT;
CREATE INDEX inbox_new ON inbox (enterprise, platform, account, id) WHERE state = 'new';
CREATE INDEX inbox_parked ON inbox (id) WHERE state = 'parked';

CREATE TABLE inbox_media (
  inbox INTEGER NOT NULL REFERENCES inbox (id),
  n INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0,
  sha TEXT NOT NULL DEFAULT '',
  thumb TEXT NOT NULL DEFAULT '',
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  taken_at INTEGER,
  problem TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (inbox, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE card (
  id INTEGER PRIMARY KEY,
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
CREATE INDEX card_subject ON card (enterprise, kind, subject) WHERE live = 1;
CREATE INDEX card_ref ON card (enterprise, platform, chat, ref) WHERE ref <> '';
CREATE INDEX card_chat ON card (enterprise, platform, chat, id) WHERE live = 1;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
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
  done_at INTEGER
) STRICT;
CREATE INDEX outbox_waiting ON outbox (not_before, id) WHERE state = 'waiting';
CREATE INDEX outbox_held ON outbox (hold_until) WHERE state = 'waiting' AND hold_until > 0;
CREATE INDEX outbox_card ON outbox (card) WHERE state = 'waiting' AND card IS NOT NULL;
CREATE INDEX outbox_person ON outbox (person) WHERE state = 'waiting' AND push <> '';

CREATE TABLE job_run (
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  job TEXT NOT NULL,
  slot TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (enterprise, job, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE danger_alert (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  account INTEGER NOT NULL REFERENCES account (id),
  person INTEGER REFERENCES person (id),
  words TEXT NOT NULL,
  at INTEGER NOT NULL,
  taken_by INTEGER REFERENCES person (id),
  taken_at INTEGER,
  ended_by INTEGER REFERENCES person (id),
  ended_at INTEGER
) STRICT;
CREATE INDEX danger_alert_account ON danger_alert (account, at);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  at INTEGER NOT NULL,
  person INTEGER,
  source TEXT NOT NULL,
  action TEXT NOT NULL,
  subject INTEGER,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_subject ON audit (enterprise, subject);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
  WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
