import { assert } from "../../../tests/support/assert.ts";
import { LOCK_REPORT_MS, withDefaults } from "./options.ts";

Deno.test("FAULT 77: with the defaults a wait is said, and a deleted file is noticed, within a second", () => {
  const { delayAlarmMs, watchMs } = withDefaults({});
  assert(delayAlarmMs + LOCK_REPORT_MS + watchMs < 1000);
});
