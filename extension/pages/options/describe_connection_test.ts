import { assertEquals } from "../../../tests/support/assert.ts";
import { EMPTY_VIEW, type View } from "../../../shared/view.ts";
import { describeConnection, resultOfSaving } from "./describe_connection.ts";

const CASES: [view: Partial<View>, sentence: string][] = [
  [{ connection: "unconfigured" }, "Not connected yet."],
  [{ connection: "connecting" }, "Connecting to acme…"],
  [{ connection: "live" }, "Connected to acme: live"],
  [{ connection: "polling" }, "Connected to acme: polling"],
  [{ connection: "stale" }, "Connected to acme, but no update arrived lately: stale"],
  [{ connection: "offline" }, "Offline: http://127.0.0.1:8787 cannot be reached."],
  [{ connection: "offline", problem: "The proxy is down." }, "The proxy is down."],
  [{ connection: "key_refused", problem: "Pair again." }, "Pair again."],
  [{ connection: "outdated" }, "http://127.0.0.1:8787 is newer than this extension: update the extension."],
  [{ connection: "refused" }, "http://127.0.0.1:8787 refused."],
  [{ connection: "refused", problem: "No such workspace." }, "No such workspace."],
];

for (const [view, sentence] of CASES) {
  Deno.test(`the connection in one sentence: ${sentence}`, () => {
    const base = { ...EMPTY_VIEW, workspace_id: "acme", server_url: "http://127.0.0.1:8787" };
    assertEquals(describeConnection({ ...base, ...view }), sentence);
  });
}

const SAVED = { ok: true, sentence: "Saved." };
const RESULTS: [view: Partial<View>, ok: boolean, sentence: string][] = [
  [{ connection: "connecting" }, true, "Saved."],
  [{ connection: "live" }, true, "Connected to acme: live"],
  [{ connection: "refused", problem: "The service needs a key." }, false, "The service needs a key."],
  [{ connection: "offline" }, false, "Offline: http://127.0.0.1:8787 cannot be reached."],
];

for (const [view, ok, sentence] of RESULTS) {
  Deno.test(`saved, then ${view.connection}: ${sentence}`, () => {
    const base = { ...EMPTY_VIEW, workspace_id: "acme", server_url: "http://127.0.0.1:8787" };
    assertEquals(resultOfSaving(SAVED, { ...base, ...view }), { ok, sentence });
    const failed = { ok: false, sentence: "Cannot pair." };
    assertEquals(resultOfSaving(failed, { ...base, ...view }), failed);
  });
}
