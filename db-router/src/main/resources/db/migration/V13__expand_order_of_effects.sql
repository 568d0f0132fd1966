-- Effects are applied in the order of their transactions. Not by id: routers make ids by their own clocks.
-- The shard's one server counts here, as the one table may that is no row of anybody: a number is never another's.
ALTER TABLE outbox
  ADD COLUMN sequence BIGINT NOT NULL AUTO_INCREMENT,
  ADD KEY sequence (sequence),
  ADD KEY lane (user_id, target_user_id, sequence, parked_at, created_at);
