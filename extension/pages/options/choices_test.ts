import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { DEFAULT_NOTICE_SETTINGS, DEFAULT_PREFERENCES } from "../../state/settings.ts";
import { Choices, type ChoicesDeps } from "./choices.ts";

/** Choices whose saving is logged. */
function choices(deps: Partial<ChoicesDeps> = {}) {
  const log: unknown[] = [];
  const save = (changed: unknown) => (log.push(changed), Promise.resolve());
  const made = new Choices(DEFAULT_PREFERENCES, DEFAULT_NOTICE_SETTINGS, {
    savePreferences: save,
    saveNotices: save,
    askNotifications: () => (log.push("ask"), Promise.resolve(true)),
    ...deps,
  });
  return { made, log };
}

Deno.test("a changed preference is shown, saved alone, and said to be saved", async () => {
  const { made, log } = choices();
  await made.prefer({ theme: "dark" });
  assertEquals([made.preferences.theme, log, made.said?.text], ["dark", [{ theme: "dark" }], "Saved."]);
  const { id } = made.said!;
  await made.prefer({ theme: "light" });
  assert(made.said!.id !== id, "each result is a new one");
});

Deno.test("a change that the browser does not store is said with its reason", async () => {
  const { made } = choices({ savePreferences: () => Promise.reject(new Error("quota exceeded")) });
  await made.prefer({ theme: "dark" });
  assertEquals([made.said?.ok, made.said?.text], [false, "Cannot save: quota exceeded"]);
});

Deno.test("notifications of the browser are asked for synchronously, and only when they are switched on", async () => {
  const { made, log } = choices();
  const switching = made.switchNotice("browser", true);
  assertEquals(log, ["ask"]);
  await switching;
  await made.switchNotice("browser", false);
  await made.switchNotice("page", false);
  assertEquals(log.filter((line) => line === "ask").length, 1);
  assertEquals(log.at(-1), { notices: { ...DEFAULT_NOTICE_SETTINGS.notices, page: false } });
});

for (const askNotifications of [() => Promise.resolve(false), () => Promise.reject(new Error("not declared"))]) {
  Deno.test(`notifications that the browser does not allow (${askNotifications}) stay off`, async () => {
    const { made, log } = choices({ askNotifications });
    await made.switchNotice("browser", true);
    assertEquals([made.notices.notices.browser, log, made.said?.ok], [false, [], false]);
  });
}

Deno.test("thresholds are saved once they are complete, ascending; a fault is shown and saves nothing", async () => {
  const { made, log } = choices();
  made.typeThresholds("95, 50 80%");
  assertEquals(log, []);
  await made.saveThresholds();
  assertEquals([made.thresholds, log], ["50, 80, 95", [{ thresholds: [50, 80, 95] }]]);
  await made.saveThresholds();
  assertEquals(log.length, 1, "unchanged");
  made.typeThresholds("150");
  assertEquals(made.fault, null, "not while it is typed");
  await made.saveThresholds();
  assert(made.fault);
  assertEquals(log.length, 1);
  made.typeThresholds("15");
  assertEquals(made.fault, null);
});

Deno.test("quiet hours are saved with both ends, and switched off as a whole", async () => {
  const { made, log } = choices();
  await made.setQuietHours({ from: "22:00", to: "" });
  await made.setQuietHours({ from: "22:00", to: "07:00" });
  await made.setQuietHours(null);
  assertEquals(log, [{ quiet_hours: { from: "22:00", to: "07:00" } }, { quiet_hours: null }]);
  assertEquals(made.notices.quiet_hours, null);
});
