-- What somebody found together with others counts for this person as well; few reports have a joint reporter.
CREATE INDEX report_joint ON report (enterprise, month) WHERE joint <> '[]';
