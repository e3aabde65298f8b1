-- When each service token, Datadog key and Looker API client was used last. Not a column of the key:
-- a use is no change that anybody must see.
CREATE TABLE api_key_uses (
    api_key BIGINT PRIMARY KEY,
    used_at BIGINT NOT NULL
);
