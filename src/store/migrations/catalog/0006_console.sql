-- People who are signed in to the console, and what they prove themselves with besides a password.
-- All of it is read by SQL and stands beside the snapshot, so it has no version: what ends here has
-- ended for every process that shares the database.

-- `secret_hash` is SHA-256 of the cookie's secret in hex. `mark` names the password that the session
-- was opened with, without telling it: a session with another mark than its person's is over.
-- `proven` lists every user that the same sign-in has proven, for going over to another organization.
CREATE TABLE console_sessions (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    org BIGINT NOT NULL REFERENCES organizations (id),
    person BIGINT NOT NULL REFERENCES users (id),
    mark TEXT NOT NULL,
    proven TEXT NOT NULL,
    client TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX console_sessions_person ON console_sessions (person, last_seen_at);
CREATE INDEX console_sessions_seen ON console_sessions (last_seen_at);
CREATE INDEX console_sessions_created ON console_sessions (created_at);

-- `last_step` is the newest step of time whose code was used: no code is good twice.
CREATE TABLE console_totp (
    person BIGINT PRIMARY KEY REFERENCES users (id),
    secret TEXT NOT NULL,
    active BIGINT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE console_recovery_codes (
    person BIGINT NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL,
    PRIMARY KEY (person, hash)
);
