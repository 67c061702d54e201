-- Ids are 16 octets, hashes 32, times milliseconds since 1970.

CREATE TABLE tenants (
  seq          INTEGER PRIMARY KEY,
  id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  name         TEXT NOT NULL,
  admin_email  TEXT NOT NULL,
  is_operator  INTEGER NOT NULL CHECK (is_operator IN (0, 1)),
  created_ms   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX tenants_operator ON tenants (is_operator) WHERE is_operator = 1;

CREATE TABLE access_keys (
  seq             INTEGER PRIMARY KEY,
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant          BLOB NOT NULL REFERENCES tenants (id),
  public_key_pem  TEXT NOT NULL,
  description     TEXT NOT NULL,
  is_active       INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  created_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX access_keys_tenant ON access_keys (tenant);

CREATE TABLE domains (
  seq         INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant      BLOB NOT NULL REFERENCES tenants (id),
  name        TEXT NOT NULL,
  status      TEXT NOT NULL,
  created_ms  INTEGER NOT NULL,
  UNIQUE (tenant, name),
  UNIQUE (id, tenant)
) STRICT;

CREATE TABLE buckets (
  seq             INTEGER PRIMARY KEY,
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant          BLOB NOT NULL,
  domain          BLOB NOT NULL,
  alias           TEXT NOT NULL UNIQUE,
  region          TEXT NOT NULL,
  status          TEXT NOT NULL,
  serves_statics  INTEGER NOT NULL CHECK (serves_statics IN (0, 1)),
  max_age_s       INTEGER NOT NULL,
  created_ms      INTEGER NOT NULL,
  UNIQUE (id, tenant),
  FOREIGN KEY (domain, tenant) REFERENCES domains (id, tenant)
) STRICT;
CREATE INDEX buckets_domain ON buckets (domain, tenant);

-- A rule keeps its id and name; what it says is in its revisions, which never change.
CREATE TABLE rules (
  seq         INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant      BLOB NOT NULL,
  domain      BLOB NOT NULL,
  name        TEXT NOT NULL,
  created_ms  INTEGER NOT NULL,
  UNIQUE (domain, name),
  FOREIGN KEY (domain, tenant) REFERENCES domains (id, tenant)
) STRICT;

CREATE TABLE rule_revisions (
  rule        BLOB NOT NULL REFERENCES rules (id),
  revision    INTEGER NOT NULL CHECK (revision >= 1),
  body        TEXT NOT NULL,
  hash        BLOB NOT NULL CHECK (length(hash) = 32),
  created_ms  INTEGER NOT NULL,
  PRIMARY KEY (rule, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE watermarks (
  seq            INTEGER PRIMARY KEY,
  id             BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant         BLOB NOT NULL,
  domain         BLOB NOT NULL,
  alias          TEXT,
  content        BLOB NOT NULL CHECK (length(content) = 32),
  size_bytes     INTEGER NOT NULL,
  format         TEXT NOT NULL,
  width          INTEGER NOT NULL,
  height         INTEGER NOT NULL,
  frames         INTEGER NOT NULL,
  is_animated    INTEGER NOT NULL,
  bit_depth      INTEGER NOT NULL,
  colour_space   TEXT NOT NULL,
  has_alpha      INTEGER NOT NULL,
  is_interlaced  INTEGER NOT NULL,
  has_profile    INTEGER NOT NULL,
  orientation    INTEGER NOT NULL,
  loop           INTEGER NOT NULL,
  created_ms     INTEGER NOT NULL,
  UNIQUE (domain, alias),
  FOREIGN KEY (domain, tenant) REFERENCES domains (id, tenant)
) STRICT;
CREATE INDEX watermarks_content ON watermarks (content);

-- The key is in the order of listings. A deleted object keeps its row, as a tombstone, while it can be recovered.
CREATE TABLE objects (
  bucket         BLOB NOT NULL,
  name           TEXT NOT NULL,
  tenant         BLOB NOT NULL,
  content        BLOB NOT NULL CHECK (length(content) = 32),
  md5            BLOB NOT NULL CHECK (length(md5) = 16),
  size_bytes     INTEGER NOT NULL,
  content_type   TEXT NOT NULL,
  format         TEXT,  -- NULL, as the eleven below: no picture
  width          INTEGER,
  height         INTEGER,
  frames         INTEGER,
  is_animated    INTEGER,
  bit_depth      INTEGER,
  colour_space   TEXT,
  has_alpha      INTEGER,
  is_interlaced  INTEGER,
  has_profile    INTEGER,
  orientation    INTEGER,
  loop           INTEGER,
  focal_x        REAL,
  focal_y        REAL,
  created_ms     INTEGER NOT NULL,
  deleted_ms     INTEGER,
  PRIMARY KEY (bucket, name),
  FOREIGN KEY (bucket, tenant) REFERENCES buckets (id, tenant)
) STRICT, WITHOUT ROWID;
CREATE INDEX objects_content ON objects (content);
CREATE INDEX objects_deleted ON objects (deleted_ms) WHERE deleted_ms IS NOT NULL;

-- How much there is, kept by triggers: so in the transaction of every change, whichever statement makes it.
CREATE TABLE bucket_usage (
  bucket           BLOB PRIMARY KEY,
  objects          INTEGER NOT NULL DEFAULT 0,
  bytes            INTEGER NOT NULL DEFAULT 0,
  deleted_objects  INTEGER NOT NULL DEFAULT 0,
  deleted_bytes    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_usage (
  tenant           BLOB PRIMARY KEY,
  objects          INTEGER NOT NULL DEFAULT 0,
  bytes            INTEGER NOT NULL DEFAULT 0,
  deleted_objects  INTEGER NOT NULL DEFAULT 0,
  deleted_bytes    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TRIGGER bucket_usage_begin AFTER INSERT ON buckets BEGIN
  INSERT INTO bucket_usage (bucket) VALUES (new.id);
END;
CREATE TRIGGER tenant_usage_begin AFTER INSERT ON tenants BEGIN
  INSERT INTO tenant_usage (tenant) VALUES (new.id);
END;
CREATE TRIGGER bucket_usage_end AFTER DELETE ON buckets BEGIN
  DELETE FROM bucket_usage WHERE bucket = old.id;
END;
CREATE TRIGGER tenant_usage_end AFTER DELETE ON tenants BEGIN
  DELETE FROM tenant_usage WHERE tenant = old.id;
END;

CREATE TRIGGER objects_counted AFTER INSERT ON objects BEGIN
  UPDATE bucket_usage SET
    objects = objects + (new.deleted_ms IS NULL),
    bytes = bytes + (new.deleted_ms IS NULL) * new.size_bytes,
    deleted_objects = deleted_objects + (new.deleted_ms IS NOT NULL),
    deleted_bytes = deleted_bytes + (new.deleted_ms IS NOT NULL) * new.size_bytes
  WHERE bucket = new.bucket;
  UPDATE tenant_usage SET
    objects = objects + (new.deleted_ms IS NULL),
    bytes = bytes + (new.deleted_ms IS NULL) * new.size_bytes,
    deleted_objects = deleted_objects + (new.deleted_ms IS NOT NULL),
    deleted_bytes = deleted_bytes + (new.deleted_ms IS NOT NULL) * new.size_bytes
  WHERE tenant = new.tenant;
END;
CREATE TRIGGER objects_recounted AFTER UPDATE OF deleted_ms, size_bytes ON objects BEGIN
  UPDATE bucket_usage SET
    objects = objects + (new.deleted_ms IS NULL) - (old.deleted_ms IS NULL),
    bytes = bytes + (new.deleted_ms IS NULL) * new.size_bytes - (old.deleted_ms IS NULL) * old.size_bytes,
    deleted_objects = deleted_objects + (new.deleted_ms IS NOT NULL) - (old.deleted_ms IS NOT NULL),
    deleted_bytes = deleted_bytes + (new.deleted_ms IS NOT NULL) * new.size_bytes
                    - (old.deleted_ms IS NOT NULL) * old.size_bytes
  WHERE bucket = new.bucket;
  UPDATE tenant_usage SET
    objects = objects + (new.deleted_ms IS NULL) - (old.deleted_ms IS NULL),
    bytes = bytes + (new.deleted_ms IS NULL) * new.size_bytes - (old.deleted_ms IS NULL) * old.size_bytes,
    deleted_objects = deleted_objects + (new.deleted_ms IS NOT NULL) - (old.deleted_ms IS NOT NULL),
    deleted_bytes = deleted_bytes + (new.deleted_ms IS NOT NULL) * new.size_bytes
                    - (old.deleted_ms IS NOT NULL) * old.size_bytes
  WHERE tenant = new.tenant;
END;
CREATE TRIGGER objects_uncounted AFTER DELETE ON objects BEGIN
  UPDATE bucket_usage SET
    objects = objects - (old.deleted_ms IS NULL),
    bytes = bytes - (old.deleted_ms IS NULL) * old.size_bytes,
    deleted_objects = deleted_objects - (old.deleted_ms IS NOT NULL),
    deleted_bytes = deleted_bytes - (old.deleted_ms IS NOT NULL) * old.size_bytes
  WHERE bucket = old.bucket;
  UPDATE tenant_usage SET
    objects = objects - (old.deleted_ms IS NULL),
    bytes = bytes - (old.deleted_ms IS NULL) * old.size_bytes,
    deleted_objects = deleted_objects - (old.deleted_ms IS NOT NULL),
    deleted_bytes = deleted_bytes - (old.deleted_ms IS NOT NULL) * old.size_bytes
  WHERE tenant = old.tenant;
END;
