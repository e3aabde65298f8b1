-- The catalog's first shape. Both SQLite and PostgreSQL read this text: times are microseconds since
-- 1970 in BIGINT, truth is 0 or 1 in BIGINT, JSON is TEXT. A statement ends with a semicolon at the
-- end of a line.
--
-- Every row that the snapshot holds carries the version of the transaction that wrote it last, so
-- that a reader loads only what is newer than what it has. Deleted rows leave a tombstone.

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

INSERT INTO counters (name, value) VALUES
    ('version', 0),
    ('tombstones_purged', 0),
    ('probe', 0),
    ('organizations', 0),
    ('users', 0),
    ('api_keys', 0),
    ('dashboards', 0),
    ('sources', 0),
    ('shares', 0),
    ('credentials', 0);

CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE organizations (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL
);
CREATE INDEX organizations_version ON organizations (version);

CREATE TABLE users (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    uuid TEXT NOT NULL UNIQUE,
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (org, handle)
);
CREATE INDEX users_version ON users (version);

CREATE TABLE api_keys (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    public_id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    suffix TEXT NOT NULL,
    role TEXT NOT NULL,
    owner BIGINT NOT NULL,
    expires_at BIGINT,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX api_keys_version ON api_keys (version);

CREATE TABLE dashboards (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    uid TEXT NOT NULL,
    dialect TEXT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    deleted_at BIGINT,
    provisioned BIGINT NOT NULL,
    UNIQUE (org, uid)
);
CREATE INDEX dashboards_version ON dashboards (version);

CREATE TABLE sources (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    settings TEXT NOT NULL,
    secret TEXT NOT NULL,
    provisioned BIGINT NOT NULL,
    UNIQUE (org, name)
);
CREATE INDEX sources_version ON sources (version);

CREATE TABLE shares (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    dashboard BIGINT NOT NULL REFERENCES dashboards (id),
    token TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    title TEXT NOT NULL,
    settings TEXT NOT NULL,
    sharer BIGINT NOT NULL,
    provisioned BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX shares_version ON shares (version);
CREATE INDEX shares_dashboard ON shares (dashboard);

-- No version of their own: a change of a credential is a change of its share.
CREATE TABLE credentials (
    id BIGINT PRIMARY KEY,
    share BIGINT NOT NULL REFERENCES shares (id),
    secret TEXT NOT NULL,
    suffix TEXT NOT NULL,
    note TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX credentials_share ON credentials (share);

CREATE TABLE tombstones (
    kind TEXT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    deleted_at BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX tombstones_version ON tombstones (version);

-- Ids count up by one in each organization, so that a missing row shows. `head` is the last row.
CREATE TABLE audit (
    org BIGINT NOT NULL,
    id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    client TEXT NOT NULL,
    detail TEXT NOT NULL,
    chain TEXT NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE TABLE audit_heads (
    org BIGINT PRIMARY KEY,
    id BIGINT NOT NULL,
    chain TEXT NOT NULL
);
