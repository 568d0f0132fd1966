-- Effects that were tried often enough: they wait for the operator, and hold nobody back.
ALTER TABLE outbox
  ADD COLUMN parked_at BIGINT NULL,
  ADD COLUMN error VARCHAR(500) NULL;
