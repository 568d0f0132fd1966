-- Mails on their way, kept or given up, and work that a change of an account leaves behind. A row is written with the change
-- itself, on the account's shard; a sender takes it by its version, and deletes it when it is done.
CREATE TABLE mails (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  sealed MEDIUMTEXT NOT NULL,
  attempts INT NOT NULL,
  not_before BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  error VARCHAR(255) NULL,
  KEY user_id (user_id, id),
  KEY state (state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Links in mails that work once: only a digest of the secret is kept.
CREATE TABLE mailed_links (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  purpose VARCHAR(16) NOT NULL,
  secret_hash CHAR(64) NOT NULL,
  email VARCHAR(255) NOT NULL,
  expires_at BIGINT NOT NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- From which networks a user has signed in: there an attacker elsewhere cannot slow them down.
CREATE TABLE known_networks (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  network VARCHAR(64) NOT NULL,
  last_used_at BIGINT NOT NULL,
  UNIQUE KEY user_id_network (user_id, network),
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- When its owner has shown that the address is theirs.
ALTER TABLE users ADD COLUMN email_verified_at BIGINT NULL;
