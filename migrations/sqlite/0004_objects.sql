-- Objects that expire, carry metadata and drop renditions; uploads in parts; events and who is told of them; leases of
-- background work; requests that are carried out once.

ALTER TABLE objects ADD COLUMN expires_ms INTEGER;
ALTER TABLE objects ADD COLUMN user_metadata TEXT NOT NULL DEFAULT '';
ALTER TABLE objects ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
CREATE INDEX objects_expires ON objects (expires_ms) WHERE expires_ms IS NOT NULL;

CREATE TABLE uploads (
  id          BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant      BLOB NOT NULL,
  bucket      BLOB NOT NULL,
  name        TEXT NOT NULL,
  focal_x     REAL,
  focal_y     REAL,
  expires_ms  INTEGER,
  created_ms  INTEGER NOT NULL,
  is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),
  FOREIGN KEY (bucket, tenant) REFERENCES buckets (id, tenant) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_bucket ON uploads (bucket, tenant);
CREATE INDEX uploads_open ON uploads (tenant) WHERE is_complete = 0;
CREATE INDEX uploads_created ON uploads (created_ms);

CREATE TABLE upload_parts (
  upload      BLOB NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
  number      INTEGER NOT NULL,
  content     BLOB NOT NULL CHECK (length(content) = 32),
  md5         BLOB NOT NULL CHECK (length(md5) = 16),
  size_bytes  INTEGER NOT NULL,
  stored_ms   INTEGER NOT NULL,
  PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_parts_content ON upload_parts (content);

-- Written in the transaction of the change that they tell of. No number is used twice.
CREATE TABLE events (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant      BLOB NOT NULL,
  type        TEXT NOT NULL,
  subject     TEXT NOT NULL,
  data        TEXT NOT NULL,
  created_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX events_tenant ON events (tenant, seq);
CREATE INDEX events_type ON events (tenant, type, seq);

-- types: "|object.created|object.deleted|"; empty: all.
CREATE TABLE webhooks (
  id               BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant           BLOB NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  url              TEXT NOT NULL,
  types            TEXT NOT NULL,
  secret           TEXT NOT NULL,
  is_active        INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  paused_until_ms  INTEGER NOT NULL,
  created_ms       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_tenant ON webhooks (tenant);

-- What is still to be told. A row goes when the receiver has taken it.
CREATE TABLE deliveries (
  webhook   BLOB NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event     INTEGER NOT NULL REFERENCES events (seq) ON DELETE CASCADE,
  subject   TEXT NOT NULL,
  is_dead   INTEGER NOT NULL CHECK (is_dead IN (0, 1)),
  attempts  INTEGER NOT NULL,
  due_ms    INTEGER NOT NULL,
  error     TEXT NOT NULL,
  PRIMARY KEY (webhook, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_event ON deliveries (event);
CREATE INDEX deliveries_waiting ON deliveries (webhook, event) WHERE is_dead = 0;
CREATE INDEX deliveries_subject ON deliveries (webhook, subject, event) WHERE is_dead = 0;

CREATE TRIGGER events_told AFTER INSERT ON events BEGIN
  INSERT INTO deliveries (webhook, event, subject, is_dead, attempts, due_ms, error)
  SELECT id, new.seq, new.subject, 0, 0, new.created_ms, '' FROM webhooks
  WHERE tenant = new.tenant AND is_active = 1 AND (types = '' OR instr(types, '|' || new.type || '|') > 0);
END;

CREATE TABLE leases (
  name      TEXT PRIMARY KEY,
  runner    BLOB NOT NULL CHECK (length(runner) = 16),
  until_ms  INTEGER NOT NULL,
  cursor    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (
  tenant         BLOB NOT NULL,
  route          TEXT NOT NULL,
  key            TEXT NOT NULL,
  fingerprint    BLOB NOT NULL CHECK (length(fingerprint) = 32),
  claim          BLOB NOT NULL CHECK (length(claim) = 16),
  lease_ms       INTEGER NOT NULL,
  created_ms     INTEGER NOT NULL,
  status         INTEGER,  -- NULL, as the three below: not answered yet
  fields         TEXT,
  body           TEXT,
  request_body   BLOB,
  PRIMARY KEY (tenant, route, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_created ON answers (created_ms);
