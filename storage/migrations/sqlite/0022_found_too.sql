-- Who found a report together with its reporter, to be looked up by person; `report.joint` keeps their order.
CREATE TABLE found_too (
  enterprise INTEGER NOT NULL REFERENCES enterprise (id),
  person INTEGER NOT NULL REFERENCES person (id),
  report INTEGER NOT NULL REFERENCES report (id),
  PRIMARY KEY (enterprise, person, report)
) STRICT, WITHOUT ROWID;
INSERT INTO found_too (enterprise, person, report)
  SELECT r.enterprise, j.value, r.id FROM report r, json_each(r.joint) j WHERE r.joint <> '[]';
DROP INDEX report_joint;
DROP INDEX report_found_too;
