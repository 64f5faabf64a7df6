-- Who will leave on a day to come; the code with which a second platform is joined; who cannot be reached.
ALTER TABLE person ADD COLUMN leaves_on TEXT;
CREATE INDEX person_leaves ON person (enterprise, leaves_on) WHERE leaves_on IS NOT NULL;

CREATE TABLE bind_code (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  code_hash TEXT NOT NULL CONSTRAINT bind_code_once UNIQUE,
  person INTEGER NOT NULL REFERENCES person (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX bind_code_person ON bind_code (person);

CREATE INDEX account_unreachable ON account (enterprise, unreachable_at) WHERE unreachable_at IS NOT NULL;
CREATE INDEX outbox_failed ON outbox (enterprise, done_at) WHERE state = 'failed';
