-- What was taken back before its time. Owned by a fixed id in shard 0 that is no user's, so that auth servers read all of
-- it with one query; rows are deleted when whatever they forbid has expired by itself.
CREATE TABLE revocations (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  subject VARCHAR(64) NOT NULL,
  cutoff BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- When a key came into its state: null for the first key of an older installation.
ALTER TABLE signing_keys ADD COLUMN changed_at BIGINT NULL;
