-- The video shop, deletable as a whole: written by app-service.
CREATE TABLE videos (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  title VARCHAR(255) NOT NULL,
  description TEXT NULL,
  price_minor BIGINT NOT NULL DEFAULT 0,
  currency VARCHAR(8) NULL,
  state VARCHAR(32) NULL,
  content_id BIGINT NULL,
  content_type VARCHAR(128) NULL,
  content_size BIGINT NULL,
  published_at BIGINT NULL,
  KEY user_id (user_id, id),
  KEY user_id_state (user_id, state, id),
  KEY state (state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE orders (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  video_id BIGINT NOT NULL,
  seller_id BIGINT NOT NULL,
  title VARCHAR(255) NULL,
  price_minor BIGINT NOT NULL DEFAULT 0,
  currency VARCHAR(8) NULL,
  sale_id BIGINT NULL,
  invoice_id BIGINT NULL,
  UNIQUE KEY user_id_video_id (user_id, video_id),
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sales (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  video_id BIGINT NOT NULL,
  buyer_id BIGINT NOT NULL,
  price_minor BIGINT NOT NULL DEFAULT 0,
  currency VARCHAR(8) NULL,
  UNIQUE KEY user_id_order_id (user_id, order_id),
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
