-- What is held is not looked at until its time comes: one chat that cannot be reached may have thousands waiting.
DROP INDEX outbox_waiting;
CREATE INDEX outbox_ready ON outbox (not_before, id) WHERE state = 'waiting' AND hold_until = 0;
