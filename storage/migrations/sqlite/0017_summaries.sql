-- A month's reports and a month's entries of the ledger in their order, page by page.
CREATE INDEX report_month ON report (enterprise, month, id);
CREATE INDEX ledger_in_month ON ledger (enterprise, month, seq);
