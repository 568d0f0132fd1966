-- What the router keeps of moves between clusters. states: active; fenced (writes wait, reads go on); moved (an old copy,
-- serves nothing); incoming (being filled, serves nothing).
ALTER TABLE shard_state
  ADD COLUMN fenced_at BIGINT NULL,
  ADD COLUMN moved_to INT NULL,
  ADD COLUMN moved_from INT NULL,
  ADD COLUMN moved_position VARCHAR(64) NULL;

-- One row in a schema that is being filled. The mover makes this table before all others, so that an interrupted beginning is known for one.
CREATE TABLE IF NOT EXISTS shard_move (
  id TINYINT NOT NULL PRIMARY KEY,
  mover VARCHAR(64) NOT NULL,
  router VARCHAR(64) NOT NULL,
  source INT NOT NULL,
  source_server VARCHAR(255) NOT NULL,
  binlog_file VARCHAR(255) NULL,
  binlog_offset BIGINT NULL,
  phase VARCHAR(16) NOT NULL,
  table_name VARCHAR(64) NULL,
  last_key TEXT NULL,
  rows_copied BIGINT NOT NULL,
  rows_expected BIGINT NOT NULL,
  changes_applied BIGINT NOT NULL,
  lag_millis BIGINT NULL,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  error VARCHAR(500) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
