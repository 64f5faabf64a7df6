-- The sandbox's own side: what its phones show. No handler reads it.
CREATE TABLE sandbox_counter (
  enterprise INTEGER NOT NULL PRIMARY KEY REFERENCES enterprise (id),
  n INTEGER NOT NULL
) STRICT;

CREATE TABLE sandbox_phone (
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  chat TEXT NOT NULL,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  person TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (enterprise, chat)
) STRICT, WITHOUT ROWID;

CREATE TABLE sandbox_group (
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  chat TEXT NOT NULL,
  title TEXT NOT NULL,
  founder TEXT NOT NULL,
  members TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  delivered INTEGER NOT NULL CONSTRAINT sandbox_group_delivered CHECK (delivered IN (0, 1)),
  seq INTEGER NOT NULL,
  PRIMARY KEY (enterprise, chat)
) STRICT, WITHOUT ROWID;

CREATE TABLE sandbox_message (
  id INTEGER PRIMARY KEY,
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  chat TEXT NOT NULL,
  author TEXT NOT NULL,
  key TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  buttons TEXT NOT NULL,
  media TEXT NOT NULL,
  extra TEXT NOT NULL,
  delivered INTEGER NOT NULL CONSTRAINT sandbox_message_delivered CHECK (delivered IN (0, 1)),
  seq INTEGER NOT NULL,
  CONSTRAINT sandbox_message_once UNIQUE (enterprise, author, chat, key)
) STRICT;
CREATE INDEX sandbox_message_chat ON sandbox_message (enterprise, chat, id);
CREATE INDEX sandbox_message_seq ON sandbox_message (enterprise, seq);
CREATE INDEX sandbox_message_waiting ON sandbox_message (enterprise, id) WHERE delivered = 0;
