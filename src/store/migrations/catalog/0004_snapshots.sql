-- What dashboards showed at one moment, with their data.

INSERT INTO counters (name, value) VALUES
    ('dashboard_snapshots', 0);

CREATE TABLE dashboard_snapshots (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    public_key TEXT NOT NULL UNIQUE,
    delete_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    dialect TEXT NOT NULL,
    author TEXT NOT NULL,
    creator TEXT NOT NULL,
    creator_user BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX dashboard_snapshots_version ON dashboard_snapshots (version);
CREATE INDEX dashboard_snapshots_org ON dashboard_snapshots (org);

-- Apart from their rows, which every process keeps in memory.
CREATE TABLE dashboard_snapshot_documents (
    dashboard_snapshot BIGINT PRIMARY KEY REFERENCES dashboard_snapshots (id),
    document TEXT NOT NULL
);
