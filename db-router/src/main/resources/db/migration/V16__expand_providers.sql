-- Sign-in by outside providers. An identity there (issuer and subject) belongs to one user: the claim "provider-identity" points here.
CREATE TABLE provider_links (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  provider VARCHAR(32) NOT NULL,
  issuer VARCHAR(255) NOT NULL,
  subject VARCHAR(255) NOT NULL,
  label VARCHAR(255) NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What works once: the states of flows, the ids of logout tokens. Owned by a fixed id in the shard that the digest picks, so that
-- all who bring the same value meet at one key; rows are deleted when the value has expired by itself.
CREATE TABLE used_values (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  digest CHAR(64) NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE KEY user_id_digest (user_id, digest),
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- By which link a session was opened, and by which session at the provider; null for sign-ins by password.
ALTER TABLE sessions
  ADD COLUMN link_id BIGINT NULL,
  ADD COLUMN provider_session CHAR(64) NULL,
  ADD COLUMN id_token_encrypted TEXT NULL,
  ADD KEY provider_session (provider_session, id);
