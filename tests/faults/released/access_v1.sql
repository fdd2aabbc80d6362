-- The tables of the keys of version 1 with three keys, one of them revoked, and a pairing code. Made by that version; never changed.
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    workspaces TEXT NOT NULL,
    app TEXT,
    models TEXT,
    note TEXT,
    created_at_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at_ms INTEGER,
    revoked_at_ms INTEGER,
    last_used_at_ms INTEGER,
    hash BLOB NOT NULL,
    previous_hash BLOB,
    previous_until_ms INTEGER
  ) STRICT, WITHOUT ROWID;
CREATE TABLE pairings (
    hash BLOB PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    address TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
INSERT INTO keys VALUES ('abcdefgh', 'ingest', '["acme"]', 'report', '["gpt-5.4"]', 'nightly', 1795165200000, 'command line', NULL, NULL, 1795165200005, X'0101010101010101010101010101010101010101010101010101010101010101', X'0202020202020202020202020202020202020202020202020202020202020202', 1795251600000);
INSERT INTO keys VALUES ('adminkey', 'admin', '[]', NULL, NULL, 'nightly', 1795165200000, 'command line', NULL, NULL, 1795165200005, X'0404040404040404040404040404040404040404040404040404040404040404', NULL, NULL);
INSERT INTO keys VALUES ('revoked1', 'read', '["acme","beta"]', NULL, NULL, NULL, 1795165200000, 'command line', NULL, 1795165200009, 1795165200005, X'0303030303030303030303030303030303030303030303030303030303030303', NULL, NULL);
INSERT INTO pairings VALUES (X'0505050505050505050505050505050505050505050505050505050505050505', 'acme', 'command line', 1795165800000);
INSERT INTO audit VALUES (1, 1795165200000, 'command line', NULL, 'key_created', 't', '{"note":"x"}');
INSERT INTO audit VALUES (2, 1795165200001, 'command line', NULL, 'key_created', 't', '{"note":"x"}');
INSERT INTO audit VALUES (3, 1795165200002, 'command line', NULL, 'key_created', 't', '{"note":"x"}');
INSERT INTO audit VALUES (4, 1795165200003, 'command line', NULL, 'pairing_created', 't', '{"note":"x"}');
PRAGMA application_id = 1363632483;
PRAGMA user_version = 1;
