-- Sessions and spent nonces: one row is both, so that neither exists without the other.
--
-- `nonce_key` is the start of SHA-256 over the nonce and the scope that it must be unique in, and
-- `id_key` that of the id: rows come in at random places of these two indexes, and the smaller their
-- entries, the fewer pages every commit has to write. `nonce_until` is the time until which the row
-- must stay, whatever becomes of the session: a nonce that is forgotten while its link is still fresh
-- could be redeemed again.
CREATE TABLE sessions (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    id_key INTEGER NOT NULL,
    nonce_key BLOB NOT NULL,
    org INTEGER NOT NULL,
    share INTEGER NOT NULL,
    credential INTEGER NOT NULL,
    grant_json TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    cookie_hash BLOB NOT NULL,
    client TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    nonce_until INTEGER NOT NULL
);
CREATE UNIQUE INDEX sessions_nonce ON sessions (nonce_key);
CREATE UNIQUE INDEX sessions_id ON sessions (id_key);
-- It also holds the sequence, which is the order in which lists are read.
CREATE INDEX sessions_share ON sessions (share);
CREATE INDEX sessions_nonce_until ON sessions (nonce_until);

-- When each credential last opened a session. A table of its own: a row a credential instead of an
-- index entry a session.
CREATE TABLE credential_uses (
    credential INTEGER PRIMARY KEY,
    last_used_at INTEGER NOT NULL
);

-- Written to find out whether writing works again after it did not.
CREATE TABLE probe (
    id INTEGER PRIMARY KEY,
    count INTEGER NOT NULL
);
INSERT INTO probe (id, count) VALUES (1, 0);
