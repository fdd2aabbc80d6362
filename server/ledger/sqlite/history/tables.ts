/** The tables of history, as version 4 of the ledger's file has them. A published table never changes. */

/**
 * Sums over time. Times are whole minutes since the epoch, and `level` is one of `HISTORY_LEVELS`. `history_place` is the
 * last attempt and the last refusal that are in the sums.
 */
export const HISTORY_TABLES = `
CREATE TABLE refusals (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  workspace_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  model TEXT,
  app TEXT,
  key_id TEXT,
  endpoint TEXT NOT NULL,
  calls INTEGER NOT NULL
) STRICT;
CREATE TABLE history_dimensions (
  id INTEGER PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  dimensions TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX history_dimensions_workspace ON history_dimensions (workspace_id);
CREATE TABLE history (
  level INTEGER NOT NULL,
  dimensions INTEGER NOT NULL,
  minute INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  rate_limited INTEGER NOT NULL,
  quota INTEGER NOT NULL,
  server INTEGER NOT NULL,
  client INTEGER NOT NULL,
  network INTEGER NOT NULL,
  other INTEGER NOT NULL,
  aborted INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  estimated_calls INTEGER NOT NULL,
  unknown_calls INTEGER NOT NULL,
  unpriced_calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  charged_tokens INTEGER NOT NULL,
  cost_usd_nanos INTEGER NOT NULL,
  latency BLOB NOT NULL,
  first_byte BLOB NOT NULL,
  PRIMARY KEY (level, dimensions, minute)
) STRICT, WITHOUT ROWID;
CREATE TABLE history_place (attempt INTEGER NOT NULL, refusal INTEGER NOT NULL) STRICT;
INSERT INTO history_place VALUES (0, 0);
`;
