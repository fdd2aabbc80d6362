import { assertEquals } from "../../../tests/support/assert.ts";
import { EMPTY_VIEW, type View } from "../../../shared/view.ts";
import { describeConnection } from "./describe_connection.ts";

const CASES: [view: Partial<View>, sentence: string][] = [
  [{ connection: "unconfigured" }, "Not connected yet: four steps, about a minute."],
  [{ connection: "connecting" }, "Connecting to acme…"],
  [{ connection: "live" }, "Connected to acme: live"],
  [{ connection: "polling" }, "Connected to acme: polling"],
  [{ connection: "stale" }, "Connected to acme, but no update arrived lately: stale"],
  [{ connection: "offline" }, "Offline: http://127.0.0.1:8787 cannot be reached."],
  [{ connection: "offline", problem: "The proxy is down." }, "The proxy is down."],
  [{ connection: "refused" }, "http://127.0.0.1:8787 refused."],
  [{ connection: "refused", problem: "No such workspace." }, "No such workspace."],
];

for (const [view, sentence] of CASES) {
  Deno.test(`the connection in one sentence: ${sentence}`, () => {
    const base = { ...EMPTY_VIEW, workspace_id: "acme", server_url: "http://127.0.0.1:8787" };
    assertEquals(describeConnection({ ...base, ...view }), sentence);
  });
}
