-- Rows that may not be inserted any more: what they had claimed was given to another row since they did not come.
CREATE TABLE barred (
  id BIGINT NOT NULL,
  table_name VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id, table_name),
  KEY created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
