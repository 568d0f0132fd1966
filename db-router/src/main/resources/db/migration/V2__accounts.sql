-- Accounts: written by auth-service (insert, delete) and app-service (profile).
CREATE TABLE users (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  email VARCHAR(255) NOT NULL,
  username VARCHAR(64) NOT NULL,
  display_name VARCHAR(255) NOT NULL,
  bio TEXT NULL,
  avatar_id BIGINT NULL,
  roles VARCHAR(255) NULL,
  state VARCHAR(32) NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE credentials (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  password_hash VARCHAR(512) NULL,
  signup_fingerprint VARCHAR(255) NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sessions (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  secret_hash VARCHAR(255) NOT NULL,
  last_used_at BIGINT NULL,
  expires_at BIGINT NULL,
  user_agent VARCHAR(1024) NULL,
  network VARCHAR(128) NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE refresh_families (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  current_hash VARCHAR(255) NOT NULL,
  previous_hash VARCHAR(255) NULL,
  rotated_at BIGINT NULL,
  expires_at BIGINT NULL,
  revoked BOOLEAN NOT NULL DEFAULT FALSE,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
