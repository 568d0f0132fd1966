-- Files that may be in the storage while no row names them: announced before their first byte, or named no longer and about to go. The
-- id is the file's. The transaction that names a file deletes its row here, the one that names it no longer inserts it.
CREATE TABLE unnamed_files (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  purpose VARCHAR(64) NOT NULL,
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
