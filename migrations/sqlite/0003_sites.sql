-- What sites set: of buckets, revisions and labels of rules, host names.

-- NULL: no limit.
ALTER TABLE tenants ADD COLUMN most_objects INTEGER CHECK (most_objects >= 0);
ALTER TABLE tenants ADD COLUMN most_bytes INTEGER CHECK (most_bytes >= 0);

ALTER TABLE buckets ADD COLUMN is_private INTEGER NOT NULL DEFAULT 0 CHECK (is_private IN (0, 1));
ALTER TABLE buckets ADD COLUMN default_rule TEXT NOT NULL DEFAULT '';
ALTER TABLE buckets ADD COLUMN forbidden_types TEXT NOT NULL DEFAULT '';  -- one a line
ALTER TABLE buckets ADD COLUMN most_objects INTEGER CHECK (most_objects >= 0);
ALTER TABLE buckets ADD COLUMN most_bytes INTEGER CHECK (most_bytes >= 0);
ALTER TABLE buckets ADD COLUMN changed_ms INTEGER NOT NULL DEFAULT 0;
UPDATE buckets SET changed_ms = created_ms;

-- Aliases that were given up. URLs with them may live: until then they are their tenant's alone.
CREATE TABLE released_aliases (
  alias     TEXT PRIMARY KEY,
  tenant    BLOB NOT NULL CHECK (length(tenant) = 16),
  until_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_labels (
  rule      BLOB NOT NULL,
  name      TEXT NOT NULL,
  revision  INTEGER NOT NULL,
  moved_ms  INTEGER NOT NULL,
  PRIMARY KEY (rule, name),
  FOREIGN KEY (rule, revision) REFERENCES rule_revisions (rule, revision)
) STRICT, WITHOUT ROWID;

ALTER TABLE watermarks ADD COLUMN changed_ms INTEGER NOT NULL DEFAULT 0;
UPDATE watermarks SET changed_ms = created_ms;

CREATE TABLE distributions (
  seq          INTEGER PRIMARY KEY,
  id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant       BLOB NOT NULL REFERENCES tenants (id),
  dns_name     TEXT NOT NULL UNIQUE,
  auto_format  INTEGER NOT NULL CHECK (auto_format IN (0, 1)),
  created_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX distributions_tenant ON distributions (tenant);
