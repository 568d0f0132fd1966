-- Second factors: the encrypted secret of the app that shows codes, the last step whose code was used, wrong codes since then,
-- and the digests of the recovery codes that are left. The id is the user's.
CREATE TABLE second_factors (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  secret_encrypted VARCHAR(255) NOT NULL,
  last_step BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  failed_at BIGINT NULL,
  recovery_hashes VARCHAR(1024) NOT NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Passkeys. The claim "passkey" on the digest of the credential's id points here.
CREATE TABLE passkeys (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL,
  credential_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  attestation TEXT NOT NULL,
  signature_count BIGINT NOT NULL,
  backup_eligible BOOLEAN NOT NULL,
  backed_up BOOLEAN NOT NULL,
  last_used_at BIGINT NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- When the user last proved in a session anew who they are.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NULL;
