-- Uploads on their way, by tus. What has arrived lies in pieces, each a file of its own in the storage; the rows say which. A piece
-- counts when its row is there, written in one transaction with the upload's own, by the version that was read before.
CREATE TABLE uploads (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  length BIGINT NOT NULL,
  received BIGINT NOT NULL,
  pieces BIGINT NOT NULL,
  video_id BIGINT NULL,
  metadata TEXT NOT NULL,
  joined TEXT NULL,
  head VARCHAR(64) NOT NULL,
  expires_at BIGINT NOT NULL,
  expires_day BIGINT NOT NULL,
  KEY user_id (user_id, id),
  KEY user_id_state (user_id, state, id),
  KEY expires_day (expires_day, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The id is the file's.
CREATE TABLE upload_pieces (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  upload_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  length BIGINT NOT NULL,
  KEY user_id (user_id, id),
  KEY user_id_upload_id (user_id, upload_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The same picture, small; null for one from before.
ALTER TABLE users ADD COLUMN avatar_small_id BIGINT NULL;
