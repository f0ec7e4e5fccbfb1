CREATE TABLE keys (
    id INTEGER PRIMARY KEY,
    -- How the tag is made of the key: 1 is HMAC-SHA-256 under the pepper over the key's SHA-256.
    scheme INTEGER NOT NULL,
    tag BLOB NOT NULL UNIQUE,
    shown TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    owner_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER,
    overlap_until INTEGER,
    -- The earlier of both, or the largest number.
    ends_at INTEGER NOT NULL,
    max_uses INTEGER,
    -- Uses that were handed out for good or are held by the running gateway; never more than max_uses.
    leased INTEGER NOT NULL DEFAULT 0,
    uses INTEGER NOT NULL DEFAULT 0,
    scope TEXT NOT NULL,
    revoked_at INTEGER,
    revoked_by TEXT,
    replaces INTEGER,
    replaced_by INTEGER,
    last_used_at INTEGER,
    addresses_seen TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX keys_owner ON keys (owner_folded, id);
CREATE INDEX keys_created ON keys (created_at, id);
CREATE INDEX keys_ends ON keys (ends_at, id);
