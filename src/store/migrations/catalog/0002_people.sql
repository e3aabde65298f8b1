-- Who people are and what they may see: groups, roles, user attributes, folders, looks, themes,
-- models, the secrets that sign an organization's links, and the people such links bring.
-- A reference to no row is NULL.

INSERT INTO counters (name, value) VALUES
    ('user_groups', 0),
    ('permission_sets', 0),
    ('model_sets', 0),
    ('roles', 0),
    ('user_attributes', 0),
    ('embed_secrets', 0),
    ('folders', 0),
    ('looks', 0),
    ('themes', 0),
    ('models', 0);

ALTER TABLE users ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';

CREATE TABLE user_groups (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    external_group_id TEXT NOT NULL,
    roles TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX user_groups_version ON user_groups (version);
-- A link's external group may be called like an ordinary one: they are told apart by their ids.
CREATE UNIQUE INDEX user_groups_name ON user_groups (org, name) WHERE external_group_id = '';
CREATE UNIQUE INDEX user_groups_external ON user_groups (org, external_group_id)
    WHERE external_group_id <> '';

CREATE TABLE permission_sets (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    built_in BIGINT NOT NULL,
    UNIQUE (org, name)
);
CREATE INDEX permission_sets_version ON permission_sets (version);

CREATE TABLE model_sets (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    models TEXT NOT NULL,
    built_in BIGINT NOT NULL,
    UNIQUE (org, name)
);
CREATE INDEX model_sets_version ON model_sets (version);

CREATE TABLE roles (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    permission_set BIGINT REFERENCES permission_sets (id),
    model_set BIGINT REFERENCES model_sets (id),
    built_in BIGINT NOT NULL,
    UNIQUE (org, name)
);
CREATE INDEX roles_version ON roles (version);

CREATE TABLE user_attributes (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    type TEXT NOT NULL,
    default_value TEXT,
    settings TEXT NOT NULL,
    group_values TEXT NOT NULL,
    is_system BIGINT NOT NULL,
    UNIQUE (org, name),
    UNIQUE (org, label)
);
CREATE INDEX user_attributes_version ON user_attributes (version);

CREATE TABLE embed_secrets (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    algorithm TEXT NOT NULL,
    secret TEXT NOT NULL,
    suffix TEXT NOT NULL,
    secret_type TEXT NOT NULL,
    note TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    expires_at BIGINT,
    owner BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX embed_secrets_version ON embed_secrets (version);

CREATE TABLE folders (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    parent BIGINT REFERENCES folders (id),
    visible_to TEXT NOT NULL,
    external_group BIGINT UNIQUE,
    creator TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX folders_version ON folders (version);
CREATE INDEX folders_parent ON folders (parent);

ALTER TABLE dashboards ADD COLUMN folder BIGINT REFERENCES folders (id);
CREATE INDEX dashboards_folder ON dashboards (folder);

CREATE TABLE looks (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    document TEXT NOT NULL,
    folder BIGINT REFERENCES folders (id),
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX looks_version ON looks (version);
CREATE INDEX looks_folder ON looks (folder);

CREATE TABLE themes (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    begin_at BIGINT,
    end_at BIGINT,
    UNIQUE (org, name)
);
CREATE INDEX themes_version ON themes (version);

CREATE TABLE models (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    provisioned BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (org, name)
);
CREATE INDEX models_version ON models (version);

-- Not in the snapshot, so without a version. Ids come from the counter of users. `member_of` lists
-- every group of the row as ",3,17,", for searching.
CREATE TABLE embed_users (
    id BIGINT PRIMARY KEY,
    org BIGINT NOT NULL REFERENCES organizations (id),
    external_user_id TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    granted TEXT NOT NULL,
    external_group BIGINT NOT NULL,
    profile TEXT NOT NULL,
    member_of TEXT NOT NULL,
    timezone TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    logged_in_at BIGINT,
    UNIQUE (org, external_user_id)
);
