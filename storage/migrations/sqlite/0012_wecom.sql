-- WeCom's own side: the codes that change a card on a phone, each usable once and for 72 hours. No handler reads it.
CREATE TABLE wecom_code (
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  code TEXT NOT NULL,
  task TEXT NOT NULL,
  got_at INTEGER NOT NULL,
  PRIMARY KEY (enterprise, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX wecom_code_task ON wecom_code (enterprise, task, got_at);
CREATE INDEX wecom_code_old ON wecom_code (got_at);
