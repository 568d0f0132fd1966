-- Keys that sign access tokens, shared by all auth servers. Owned by a fixed id in shard 0 that is
-- no user's; private keys are encrypted with a secret that only auth servers have.
CREATE TABLE signing_keys (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  kid VARCHAR(64) NOT NULL,
  private_key_encrypted TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  state VARCHAR(32) NOT NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
