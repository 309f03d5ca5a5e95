CREATE TABLE users (
    id     INTEGER PRIMARY KEY AUTOINCREMENT, -- an id is never given twice, so no old entry can be of a new user
    tenant INTEGER NOT NULL,
    name   TEXT NOT NULL,
    email  TEXT NOT NULL UNIQUE
);

CREATE INDEX users_of_a_tenant ON users (tenant, id);
