-- What a version after that might take away: only when no router uses it any more.
ALTER TABLE videos DROP COLUMN currency;
