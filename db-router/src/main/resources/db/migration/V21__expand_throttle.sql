-- What was spent of the budgets that slow guessing down: when all of it will have been earned. The id is made of a digest of whose
-- budget it is, so that all servers meet at one row; owned by a fixed id in that shard, and deleted when all has been earned.
CREATE TABLE spent_budgets (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  earned_at BIGINT NOT NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
