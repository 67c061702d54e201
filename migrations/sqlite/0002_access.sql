-- What keys may do, what tenants demand of tokens, invitations, keys of short URLs, tokens that were used up.

ALTER TABLE tenants ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deleting'));
ALTER TABLE tenants ADD COLUMN needs_expiry INTEGER NOT NULL DEFAULT 0 CHECK (needs_expiry IN (0, 1));
ALTER TABLE tenants ADD COLUMN needs_token_id INTEGER NOT NULL DEFAULT 0 CHECK (needs_token_id IN (0, 1));
-- NULL: as the configuration says.
ALTER TABLE tenants ADD COLUMN rate_per_second REAL CHECK (rate_per_second > 0);
ALTER TABLE tenants ADD COLUMN rate_burst REAL CHECK (rate_burst >= 1);
CREATE INDEX tenants_deleting ON tenants (seq) WHERE status = 'deleting';

-- Each is the only one of its tenant under its alias. The one that every tenant has goes by the tenant's own id.
CREATE TABLE policies (
  seq         INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant      BLOB NOT NULL REFERENCES tenants (id),
  alias       TEXT NOT NULL,
  body        TEXT NOT NULL,
  created_ms  INTEGER NOT NULL,
  UNIQUE (tenant, alias),
  UNIQUE (id, tenant)
) STRICT;

CREATE UNIQUE INDEX access_keys_owner ON access_keys (id, tenant);

CREATE TABLE key_policies (
  key          BLOB NOT NULL,
  policy       BLOB NOT NULL,
  tenant       BLOB NOT NULL,
  attached_ms  INTEGER NOT NULL,
  PRIMARY KEY (key, policy),
  FOREIGN KEY (key, tenant) REFERENCES access_keys (id, tenant) ON DELETE CASCADE,
  FOREIGN KEY (policy, tenant) REFERENCES policies (id, tenant)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_policies_policy ON key_policies (policy, tenant);

CREATE TRIGGER policies_begin AFTER INSERT ON tenants BEGIN
  INSERT INTO policies (id, tenant, alias, body, created_ms) VALUES (new.id, new.id, 'default-admin',
    '{"version":"2017-04-04","statements":[{"effect":"Allow","actions":["yams:*:*"],"resources":["yams:*:*:*"]}]}',
    new.created_ms);
END;
INSERT INTO policies (id, tenant, alias, body, created_ms) SELECT id, id, 'default-admin',
  '{"version":"2017-04-04","statements":[{"effect":"Allow","actions":["yams:*:*"],"resources":["yams:*:*:*"]}]}',
  created_ms FROM tenants ORDER BY seq;
-- Until now every key was allowed everything.
INSERT INTO key_policies (key, policy, tenant, attached_ms) SELECT id, tenant, tenant, created_ms FROM access_keys;

-- The code itself is nowhere: whoever reads this table cannot sign up with it.
CREATE TABLE invitations (
  seq         INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code_hash   BLOB NOT NULL UNIQUE CHECK (length(code_hash) = 32),
  note        TEXT NOT NULL,
  created_ms  INTEGER NOT NULL,
  expires_ms  INTEGER NOT NULL,
  used_ms     INTEGER,
  tenant      BLOB CHECK (length(tenant) = 16)  -- who came with it; it may have gone since
) STRICT;

CREATE TABLE signing_keys (
  seq          INTEGER PRIMARY KEY,
  id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant       BLOB NOT NULL REFERENCES tenants (id),
  secret       BLOB NOT NULL CHECK (length(secret) = 32),
  description  TEXT NOT NULL,
  created_ms   INTEGER NOT NULL,
  ends_ms      INTEGER  -- NULL: for ever
) STRICT;
CREATE INDEX signing_keys_tenant ON signing_keys (tenant);

-- Hashes of the `jti` of tokens that were used up, until the token would not be good any more by itself.
CREATE TABLE used_tokens (
  tenant    BLOB NOT NULL,
  token     BLOB NOT NULL CHECK (length(token) = 32),
  until_ms  INTEGER NOT NULL,
  PRIMARY KEY (tenant, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_tokens_until ON used_tokens (until_ms);
