-- What a next version might add: routers of the version before go on, and leave it empty.
ALTER TABLE videos ADD COLUMN subtitle VARCHAR(255) NULL;
