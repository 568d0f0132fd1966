-- Who did what to whom, when and from where. Entries are owned by a fixed id of their shard that is no user's, and are only
-- ever added: the router refuses to change or delete one.
CREATE TABLE audit_entries (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  previous_hash VARCHAR(64) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  happened_at BIGINT NOT NULL,
  who_id BIGINT NULL,
  who VARCHAR(80) NULL,
  what VARCHAR(32) NOT NULL,
  whom_id BIGINT NULL,
  network VARCHAR(64) NULL,
  detail VARCHAR(255) NULL,
  UNIQUE KEY user_id_sequence (user_id, sequence),
  KEY user_id (user_id, id),
  KEY user_id_whom_id (user_id, whom_id, id),
  KEY who_id (who_id, id),
  KEY what (what, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The newest entry of a shard's chain, one row a shard, under a seal that only auth servers can make.
CREATE TABLE audit_heads (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  hash VARCHAR(64) NOT NULL,
  entry_id BIGINT NOT NULL,
  seal VARCHAR(64) NOT NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- All administrators in one place, in shard 0, so that the last one is known.
CREATE TABLE administrators (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  holder_id BIGINT NOT NULL,
  UNIQUE KEY user_id_holder_id (user_id, holder_id),
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- When a moderator took it out of the shop: until that is taken back it cannot be published.
ALTER TABLE videos ADD COLUMN moderated_at BIGINT NULL;
