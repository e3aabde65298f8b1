-- Whose session it is (an embed user, 0 = nobody's) and which session it was derived from ('' = none).
--
-- Both indexes hold only what can still be ended: a row without an owner or a family, which is every
-- session of a link that names no user, costs nothing, and a user who comes back every minute does not
-- leave a growing tail of ended sessions behind to be looked through.
ALTER TABLE sessions ADD COLUMN owner INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN family TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_owner ON sessions (owner) WHERE owner != 0 AND ended_at IS NULL;
CREATE INDEX sessions_family ON sessions (family) WHERE family != '' AND ended_at IS NULL;
