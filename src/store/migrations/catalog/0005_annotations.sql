-- Remarks about moments of a dashboard, or of a whole organization. Like versions of dashboards
-- they only grow beside the snapshot, so they have no version.

INSERT INTO counters (name, value) VALUES
    ('annotations', 0);

CREATE TABLE annotations (
    id BIGINT PRIMARY KEY,
    org BIGINT NOT NULL REFERENCES organizations (id),
    dashboard BIGINT REFERENCES dashboards (id),
    panel BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    data TEXT NOT NULL,
    author BIGINT NOT NULL,
    author_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
);
CREATE INDEX annotations_org ON annotations (org, ends_at, id);
CREATE INDEX annotations_dashboard ON annotations (dashboard, ends_at, id);

-- The same tags again, to be found by.
CREATE TABLE annotation_tags (
    annotation BIGINT NOT NULL REFERENCES annotations (id),
    org BIGINT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (annotation, tag)
);
CREATE INDEX annotation_tags_tag ON annotation_tags (org, tag);
