import { fake } from "../../tests/support/fake_browser.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import { changePreferences, preferencesIn, readPreferences } from "./preferences.ts";
import { DEFAULT_PREFERENCES } from "./settings.ts";

Deno.test("a missing or invalid preference has its default, and the others keep their value", () => {
  assertEquals(preferencesIn({}), DEFAULT_PREFERENCES);
  const stored = { time: "absolute", share: 7, workspace: "all", more: 1 };
  assertEquals(preferencesIn(stored), { ...DEFAULT_PREFERENCES, time: "absolute" });
});

Deno.test("a change of one preference leaves the others as they are", async () => {
  fake.reset();
  await changePreferences({ share: "left" });
  await changePreferences({ workspace: "tightest" });
  assertEquals(await readPreferences(), { ...DEFAULT_PREFERENCES, share: "left", workspace: "tightest" });
});

Deno.test("a browser that cannot read the preferences shows the defaults", async () => {
  fake.reset();
  fake.sync.get = () => Promise.reject(new Error("Sync is switched off"));
  assertEquals(await readPreferences(), DEFAULT_PREFERENCES);
});

Deno.test("a preference of the organization wins, unless it is invalid", async () => {
  fake.reset();
  fake.sync.items = { theme: "light", time: "absolute", refresh_seconds: 3600 };
  fake.managed.items = { theme: "dark", time: "sometimes" };
  assertEquals(await readPreferences(), { ...DEFAULT_PREFERENCES, theme: "dark", time: "absolute" });
});

Deno.test("a browser without policies has none", async () => {
  fake.reset();
  fake.managed.get = () => Promise.reject(new Error("Managed storage manifest not found"));
  assertEquals(await readPreferences(), DEFAULT_PREFERENCES);
});
