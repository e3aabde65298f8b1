-- Links that let somebody choose a password, once: who is invited becomes a user with it, who has
-- lost his gets another. They are read by SQL and stand beside the snapshot, like the sessions of
-- the console.

-- `secret_hash` is SHA-256 of the link's secret in hex. `person` is the user whose password it
-- changes, or 0: then `handle`, `name` and `role` are those of the user to be. `mark` names that
-- user's password when the link was made: with another password the link is over. A time of 0 means
-- never.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    org BIGINT NOT NULL REFERENCES organizations (id),
    person BIGINT NOT NULL,
    mark TEXT NOT NULL,
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE INDEX invitations_org ON invitations (org, created_at);
CREATE INDEX invitations_expires ON invitations (expires_at);
