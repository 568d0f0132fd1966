-- Accounts whose owners have asked for their end. A row is written in the transaction that locks the account, and deleted when
-- nothing is left to do: whoever finds it goes on with it. The id is the user's.
CREATE TABLE deletions (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  avatar_id BIGINT NULL,
  avatar_small_id BIGINT NULL,
  attempts INT NOT NULL,
  not_before BIGINT NOT NULL,
  error VARCHAR(255) NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Whether anybody has bought a video is asked on every shard before it is deleted for good.
ALTER TABLE orders ADD KEY video_id (video_id, id);
