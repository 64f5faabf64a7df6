-- Whoever moves up after an upheld objection has a time to object of one's own. `vacancy` is what became of the place
-- of somebody who was struck off: '' as long as nobody is next.
ALTER TABLE model_worker ADD COLUMN notice_until INTEGER;
ALTER TABLE model_worker ADD COLUMN vacancy TEXT NOT NULL DEFAULT ''
  CONSTRAINT model_worker_vacancy CHECK (vacancy IN ('', 'open', 'filled', 'left'));
CREATE INDEX model_worker_vacant ON model_worker (enterprise, id) WHERE vacancy = 'open';
