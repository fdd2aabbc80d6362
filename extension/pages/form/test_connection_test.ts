import { assertEquals } from "../../../tests/support/assert.ts";
import { statusBody } from "../../../tests/support/statuses.ts";
import type { Target } from "../../connection/target.ts";
import { testConnection } from "./test_connection.ts";

const SETTINGS = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" };

Deno.test("a test asks with the key and reports the service's answer", async () => {
  const targets: Target[] = [];
  const tested = await testConnection(SETTINGS, "qg_read_1", (target) => {
    targets.push(target);
    return Promise.resolve({ kind: "status", status: statusBody() });
  });
  assertEquals(tested, { ok: true, sentence: 'Connected to http://127.0.0.1:8787: workspace "acme" is normal.' });
  assertEquals(targets.map(({ server_url, key }) => [server_url, key]), [["http://127.0.0.1:8787", "qg_read_1"]]);
});

Deno.test("a test reports a refusal in its own words", async () => {
  const refused = () => Promise.resolve({ kind: "refused", sentence: "No workspace." } as const);
  assertEquals(await testConnection(SETTINGS, null, refused), { ok: false, sentence: "No workspace." });
});
