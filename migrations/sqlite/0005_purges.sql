-- What is to be dropped from caches, and the receipts of it; another generation of a rule or bucket, other renditions.

-- subject: an object's name, a prefix of names, a rule's id, a tag. content: whose renditions go. cursor: of a prefix, the
-- last name that was dealt with. keys: of a rule, bucket or tag, what caches in front are to drop, one a line.
CREATE TABLE purges (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant      BLOB NOT NULL,
  scope       TEXT NOT NULL CHECK (scope IN ('object', 'prefix', 'bucket', 'rule', 'tag')),
  reason      TEXT NOT NULL CHECK (reason IN ('asked', 'deleted', 'expired', 'replaced', 'uncached')),
  bucket      BLOB,
  subject     TEXT NOT NULL,
  content     BLOB,
  keys        TEXT NOT NULL DEFAULT '',
  cursor      TEXT NOT NULL DEFAULT '',
  objects     INTEGER NOT NULL DEFAULT 0,
  renditions  INTEGER NOT NULL DEFAULT 0,
  asked_ms    INTEGER NOT NULL,
  done_ms     INTEGER
) STRICT;
CREATE INDEX purges_open ON purges (seq) WHERE done_ms IS NULL;
CREATE INDEX purges_tenant ON purges (tenant, seq);
CREATE INDEX purges_object ON purges (bucket, subject, seq) WHERE scope = 'object';
CREATE INDEX purges_done ON purges (done_ms) WHERE done_ms IS NOT NULL;

ALTER TABLE buckets ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rules ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
