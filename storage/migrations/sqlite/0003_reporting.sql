-- Who found it too and for whom it is logged, as long as it is a draft; when a draft's end was announced.
ALTER TABLE draft ADD COLUMN joint TEXT NOT NULL DEFAULT '[]';
ALTER TABLE draft ADD COLUMN behalf INTEGER REFERENCES person (id);
ALTER TABLE draft ADD COLUMN warned_at INTEGER NOT NULL DEFAULT 0;

-- 我的 also lists what somebody found together with others or logged for them; both are few.
CREATE INDEX report_found_too ON report (enterprise, joint, id) WHERE joint <> '[]';
CREATE INDEX report_logged ON report (enterprise, logger, id) WHERE logger IS NOT NULL;
