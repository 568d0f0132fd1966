-- What was seen in a video's content by a server that has ffmpeg: how long it is, and a picture out of it. The id is the video's; the row
-- is written in the transaction that names the content, and is due until a server has looked.
CREATE TABLE video_previews (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  content_id BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  poster_id BIGINT NULL,
  duration_millis BIGINT NULL,
  KEY user_id (user_id, id),
  KEY state (state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
