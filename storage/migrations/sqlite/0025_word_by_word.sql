-- SQLite puts a list of three words or more into a table of its own at every write that looks at it: up to seven of
-- them, 5 µs each, for a row. The same rules, word by word. No row is touched or looked at again, so their text is
-- changed where it stands, as SQLite's own documents have it for constraints.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (kind IN (''hazard'', ''violation'', ''near_miss'', ''suggestion''))',
  'CHECK (kind = ''hazard'' OR kind = ''violation'' OR kind = ''near_miss'' OR kind = ''suggestion'')')
  WHERE type = 'table' AND name = 'report';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (status IN
    (''reported'', ''queried'', ''assigned'', ''fixed'', ''closed'', ''rejected'', ''duplicate'', ''withdrawn'', ''void''))',
  'CHECK (status = ''reported'' OR status = ''queried'' OR status = ''assigned'' OR status = ''fixed'' OR status = ''closed'' OR status = ''rejected'' OR status = ''duplicate'' OR status = ''withdrawn'' OR status = ''void'')')
  WHERE type = 'table' AND name = 'report';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (level IN (''C'', ''B'', ''A'', ''major''))',
  'CHECK (level = ''C'' OR level = ''B'' OR level = ''A'' OR level = ''major'')')
  WHERE type = 'table' AND name = 'report';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (naming IN (''shown'', ''hidden'', ''anonymous''))',
  'CHECK (naming = ''shown'' OR naming = ''hidden'' OR naming = ''anonymous'')')
  WHERE type = 'table' AND name = 'report';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (purpose IN (''report'', ''fix'', ''reopen'', ''answer''))',
  'CHECK (purpose = ''report'' OR purpose = ''fix'' OR purpose = ''reopen'' OR purpose = ''answer'')')
  WHERE type = 'table' AND name = 'draft';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''open'', ''parked'', ''submitted'', ''cancelled'', ''expired''))',
  'CHECK (state = ''open'' OR state = ''parked'' OR state = ''submitted'' OR state = ''cancelled'' OR state = ''expired'')')
  WHERE type = 'table' AND name = 'draft';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (stage IN (''before'', ''after'', ''answer'', ''reopen''))',
  'CHECK (stage = ''before'' OR stage = ''after'' OR stage = ''answer'' OR stage = ''reopen'')')
  WHERE type = 'table' AND name = 'evidence';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (kind IN (''photo'', ''voice'', ''video'', ''file''))',
  'CHECK (kind = ''photo'' OR kind = ''voice'' OR kind = ''video'' OR kind = ''file'')')
  WHERE type = 'table' AND name = 'evidence';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (status IN
    (''proposed'', ''half_approved'', ''held_budget'', ''approved'', ''refused'', ''batched'', ''objected'', ''paid'', ''reversed''))',
  'CHECK (status = ''proposed'' OR status = ''half_approved'' OR status = ''held_budget'' OR status = ''approved'' OR status = ''refused'' OR status = ''batched'' OR status = ''objected'' OR status = ''paid'' OR status = ''reversed'')')
  WHERE type = 'table' AND name = 'award';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (kind IN (''award'', ''reversal'', ''payment'', ''write_off''))',
  'CHECK (kind = ''award'' OR kind = ''reversal'' OR kind = ''payment'' OR kind = ''write_off'')')
  WHERE type = 'table' AND name = 'ledger';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (kind IN (''earned'', ''exchanged'', ''redeemed'', ''reversal''))',
  'CHECK (kind = ''earned'' OR kind = ''exchanged'' OR kind = ''redeemed'' OR kind = ''reversal'')')
  WHERE type = 'table' AND name = 'point';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''new'', ''done'', ''parked''))',
  'CHECK (state = ''new'' OR state = ''done'' OR state = ''parked'')')
  WHERE type = 'table' AND name = 'inbox';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''waiting'', ''sent'', ''dropped'', ''failed''))',
  'CHECK (state = ''waiting'' OR state = ''sent'' OR state = ''dropped'' OR state = ''failed'')')
  WHERE type = 'table' AND name = 'outbox';
PRAGMA writable_schema = RESET;
