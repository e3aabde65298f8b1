-- What a person has starred, and looked at lately. Read by SQL beside the snapshot, so it has no
-- version: a look at a dashboard must not make every process load the catalog again.

CREATE TABLE person_dashboards (
    person BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    dashboard BIGINT NOT NULL REFERENCES dashboards (id) ON DELETE CASCADE,
    starred_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (person, dashboard)
);
CREATE INDEX person_dashboards_dashboard ON person_dashboards (dashboard);
