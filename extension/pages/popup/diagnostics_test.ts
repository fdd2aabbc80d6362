import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import type { View } from "../../../shared/view.ts";
import { DEFAULT_PREFERENCES } from "../../state/settings.ts";
import { diagnosticsText } from "./diagnostics.ts";

const REST = { preferences: DEFAULT_PREFERENCES, now: AT, version: "1.2.3", user_agent: "Firefox" };

const text = (view: View) => diagnosticsText({ view, ...REST });

Deno.test("diagnostics have the connection and the whole status", () => {
  const lines = text(FIXTURES.offline).split("\n");
  assertEquals(lines.slice(0, 7), [
    "Quota Gauge 1.2.3",
    "Browser: Firefox",
    "Time: 2026-11-21T10:00:00.000Z",
    "Service: http://127.0.0.1:8787",
    "Workspace: acme",
    "Connection: offline; confirmed: 190 s ago; the service's clock minus ours: 0 ms",
    `Problem: ${FIXTURES.offline.problem}`,
  ]);
  assertStringIncludes(text(FIXTURES.warning), '"requests_per_minute"');
});

Deno.test("before it is set up there is little to copy, and it says so", () => {
  assertStringIncludes(text(FIXTURES.unconfigured), "Service: none");
  assertStringIncludes(text(FIXTURES.unconfigured), "confirmed: never");
});

Deno.test("a key that a service repeats is not copied", () => {
  const keys = ["qg_read_Ab12Cd34_0123456789abcdefXYZ", "sk-proj-abc_DEF-123", "qg_ingest_Ab12Cd34_0~sk-abc"];
  for (const key of keys) {
    const copied = text({ ...FIXTURES.refused, problem: `Key ${key} is not known` });
    assert(!copied.includes("Ab12Cd34") && !copied.includes("abc"), copied);
    assertStringIncludes(copied, "Problem: Key …");
  }
});
