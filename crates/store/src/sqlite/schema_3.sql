CREATE TABLE facts (
    hour INTEGER NOT NULL,
    key BLOB NOT NULL,
    json TEXT NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (hour, key)
) STRICT, WITHOUT ROWID;

-- Requests of an hour that were not recorded because there were too many kinds of them.
CREATE TABLE facts_left_out (hour INTEGER PRIMARY KEY, requests INTEGER NOT NULL) STRICT;

CREATE TABLE vault (
    product TEXT NOT NULL,
    user_folded TEXT NOT NULL,
    user TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (product, user_folded)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_user ON audit (json_extract(json, '$.user'), sequence);
CREATE INDEX audit_outcome ON audit (json_extract(json, '$.outcome'), sequence);
