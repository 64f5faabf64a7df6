-- What somebody found together with others counts for this person as well; few reports have a joint reporter.
CREATE INDEX report_joint ON report (enterprise, month) WHERE joint <> '[]';

-- Who took an award's last step; `decided_by` is who decided what it is, which an appeal leaves as it was.
ALTER TABLE award ADD COLUMN acted_by INTEGER REFERENCES person (id);
UPDATE award SET acted_by = decided_by;
