import { assertEquals } from "../../../tests/support/assert.ts";
import { expectedSchema } from "./schema.ts";

/** The published tables. A ledger file is refused when its tables have another text. */
const VERSION_1 = `CREATE TABLE attempts (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    call_id TEXT NOT NULL,
    retry INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    model TEXT,
    app TEXT,
    stream INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL,
    first_byte_ms INTEGER,
    outcome TEXT NOT NULL,
    http_status INTEGER,
    error_code TEXT,
    service_tier TEXT,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    usage_source TEXT NOT NULL
  ) STRICT`;

Deno.test("the list of fields gives the published table of attempts, character by character", () => {
  const [sql] = expectedSchema(1).map((object) => JSON.parse(object)).filter(({ name }) => name === "attempts")
    .map((object) => object.sql);
  assertEquals(sql, VERSION_1);
});
