import { fake } from "../../tests/support/fake_browser.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import { parseThresholds, readNoticeSettings, saveNoticeSettings, storedNoticeSettings } from "./notice_settings.ts";
import { DEFAULT_NOTICE_SETTINGS, NOTICE_SETTINGS_KEY, type NoticeSettings } from "./settings.ts";

const OWN: NoticeSettings = {
  notices: { limits: true, problems: false, recovery: false, page: true, browser: true },
  thresholds: [50, 80, 95],
  quiet_hours: { from: "22:00", to: "07:30" },
  muted_until: 1_764_201_600_000,
};

Deno.test("notice settings are read as they were stored", () => {
  assertEquals(storedNoticeSettings(OWN), OWN);
});

for (const value of [undefined, null, 7, "x", [], {}]) {
  Deno.test(`${JSON.stringify(value)} in place of notice settings gives the defaults`, () => {
    assertEquals(storedNoticeSettings(value), DEFAULT_NOTICE_SETTINGS);
  });
}

const INVALID: [field: keyof NoticeSettings, value: unknown][] = [
  ["notices", { limits: true }],
  ["thresholds", [0]],
  ["thresholds", [100]],
  ["thresholds", [1, 2, 3, 4, 5, 6]],
  ["thresholds", "50"],
  ["quiet_hours", { from: "24:00", to: "07:00" }],
  ["quiet_hours", { from: "7:00", to: "08:00" }],
  ["muted_until", "tomorrow"],
];

for (const [field, value] of INVALID) {
  Deno.test(`an invalid ${field} ${JSON.stringify(value)} is replaced by its default, and the other fields stay`, () => {
    const expected = { ...OWN, [field]: DEFAULT_NOTICE_SETTINGS[field] };
    assertEquals(storedNoticeSettings({ ...OWN, [field]: value }), expected);
  });
}

Deno.test("thresholds are sorted, and one that is listed twice counts once", () => {
  assertEquals(storedNoticeSettings({ ...OWN, thresholds: [95, 50, 95] }).thresholds, [50, 95]);
});

const TYPED: [text: string, thresholds: number[] | null][] = [
  ["50/80/95", [50, 80, 95]],
  ["90 %", [90]],
  ["  ", []],
  ["80, 80", [80]],
  ["ninety", null],
  ["0", null],
  ["100", null],
  ["12.5", null],
  ["1 2 3 4 5 6", null],
];

for (const [text, thresholds] of TYPED) {
  Deno.test(`thresholds typed as "${text}"`, () => assertEquals(parseThresholds(text), thresholds));
}

Deno.test("a saved field keeps the others", async () => {
  fake.reset();
  fake.local.items[NOTICE_SETTINGS_KEY] = OWN;
  await saveNoticeSettings({ muted_until: null });
  assertEquals(await readNoticeSettings(), { ...OWN, muted_until: null });
});
