CREATE TABLE reviews (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  video_id BIGINT NOT NULL,
  stars INT NOT NULL,
  KEY user_id (user_id, id),
  KEY video_id (video_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
