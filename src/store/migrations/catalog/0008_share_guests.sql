-- Guests of shares that people are invited to, and when a share was last opened. Both are read by
-- SQL and stand beside the snapshot, so they have no version. Who may come in stands in the share
-- itself; no token is kept here: those in mails are signed.

INSERT INTO counters (name, value) VALUES
    ('share_guests', 0);

-- An address to which a link was sent. `invitee` is the entry of the share that let it in. A link
-- made at or before `revoked_at` opens nothing.
CREATE TABLE share_guests (
    id BIGINT PRIMARY KEY,
    org BIGINT NOT NULL REFERENCES organizations (id),
    share BIGINT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    invitee BIGINT NOT NULL,
    mailed_at BIGINT NOT NULL,
    link_ends_at BIGINT NOT NULL,
    mail_state TEXT NOT NULL,
    mail_error TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    UNIQUE (share, email)
);

CREATE TABLE share_visits (
    share BIGINT PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    org BIGINT NOT NULL,
    visited_at BIGINT NOT NULL
);
CREATE INDEX share_visits_org ON share_visits (org);
