-- What the router itself keeps in every virtual shard; not reachable as rows.
CREATE TABLE shard_state (
  id TINYINT NOT NULL PRIMARY KEY,
  state VARCHAR(16) NOT NULL,
  epoch BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE outbox (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  target_user_id BIGINT NOT NULL,
  writes MEDIUMTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  attempts INT NOT NULL,
  not_before BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE applied_effects (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  KEY created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE idempotency (
  user_id BIGINT NOT NULL,
  idempotency_key VARCHAR(128) NOT NULL,
  fingerprint VARCHAR(255) NOT NULL,
  response MEDIUMTEXT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, idempotency_key),
  KEY created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The digest is the key, so that "a" and "a " are two names whatever the collation pads.
CREATE TABLE claims (
  kind VARCHAR(32) NOT NULL,
  digest CHAR(64) NOT NULL,
  name VARCHAR(255) NOT NULL,
  table_name VARCHAR(64) NOT NULL,
  row_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (kind, digest)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
