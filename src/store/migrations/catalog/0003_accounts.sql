-- Service accounts and the keys that open sharable links; the names under which the API of
-- dashboards and folders finds folders and sources, and how often each was changed.

INSERT INTO counters (name, value) VALUES
    ('account_keys', 0);

-- Ids come from the counter of users: an account is somebody to the API.
CREATE TABLE service_accounts (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    uid TEXT NOT NULL,
    name TEXT NOT NULL,
    login TEXT NOT NULL,
    role TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    UNIQUE (org, login),
    UNIQUE (org, uid)
);
CREATE INDEX service_accounts_version ON service_accounts (version);

-- Both kinds share their names, because a link names its key and not the account.
CREATE TABLE account_keys (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    account BIGINT REFERENCES service_accounts (id),
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    suffix TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    previous_until BIGINT,
    rotated_at BIGINT,
    role TEXT NOT NULL,
    author TEXT NOT NULL,
    revoked BIGINT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (org, name)
);
CREATE INDEX account_keys_version ON account_keys (version);
CREATE INDEX account_keys_account ON account_keys (account);

-- When each key was used last. Not a column of the key: a use is no change that anybody must see.
CREATE TABLE account_key_uses (
    account_key BIGINT PRIMARY KEY,
    used_at BIGINT NOT NULL
);

ALTER TABLE folders ADD COLUMN uid TEXT NOT NULL DEFAULT '';
UPDATE folders SET uid = 'folder-' || CAST(id AS TEXT);
CREATE UNIQUE INDEX folders_uid ON folders (org, uid);
ALTER TABLE folders ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE folders ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

ALTER TABLE sources ADD COLUMN uid TEXT NOT NULL DEFAULT '';
UPDATE sources SET uid = 'source-' || CAST(id AS TEXT);
CREATE UNIQUE INDEX sources_uid ON sources (org, uid);
ALTER TABLE sources ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

ALTER TABLE dashboards ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

-- What a dashboard was before each change.
CREATE TABLE dashboard_versions (
    dashboard BIGINT NOT NULL REFERENCES dashboards (id),
    revision BIGINT NOT NULL,
    parent BIGINT NOT NULL,
    restored_from BIGINT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    message TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (dashboard, revision)
);
