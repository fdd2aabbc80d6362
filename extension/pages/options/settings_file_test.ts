import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { DEFAULT_NOTICE_SETTINGS, DEFAULT_PREFERENCES } from "../../state/settings.ts";
import { managedNames, readFile, writeFile } from "./settings_file.ts";

const SETTINGS = { server_url: "https://quota.acme.dev", workspace_id: "acme", chat_page: "https://chat.acme.dev/" };

/** The text of a file of this version. */
function file(items: object): string {
  return JSON.stringify({ quota_gauge_settings: 1, ...items });
}

Deno.test("a written file is read as it was written, without the time until which notices are muted", () => {
  const notices = { ...DEFAULT_NOTICE_SETTINGS, thresholds: [50, 95], quiet_hours: { from: "22:00", to: "07:00" } };
  const text = writeFile(SETTINGS, { ...DEFAULT_PREFERENCES, theme: "dark" }, { ...notices, muted_until: 7 });
  const { muted_until: _, ...kept } = notices;
  assertEquals(readFile(text), {
    settings: SETTINGS,
    preferences: { ...DEFAULT_PREFERENCES, theme: "dark" },
    notices: kept,
  });
});

Deno.test("an address in a file is normalized like a typed one", () => {
  const read = readFile(file({ server_url: "quota.acme.dev/w/Blue/v1" }));
  assertEquals(read, {
    settings: { server_url: "http://quota.acme.dev", workspace_id: "blue" },
    preferences: {},
    notices: {},
  });
});

const FAULTS: [text: string, fault: RegExp][] = [
  ["", /not JSON/],
  ["[]", /no settings of Quota Gauge/],
  ["null", /no settings of Quota Gauge/],
  ['{"theme":"dark"}', /no settings of Quota Gauge/],
  ['{"quota_gauge_settings":2}', /another version/],
  [file({ theme: "blue" }), /^Cannot import "theme": it is "blue", and it must be system, light or dark\.$/],
  [file({ server_url: "my server" }), /"server_url": it is "my server", and it must be the address/],
  [file({ workspace_id: "../etc" }), /"workspace_id"/],
  [file({ refresh_seconds: 3600 }), /it must be 5, 10, 15 or 30/],
  [file({ thresholds: [150] }), /up to five whole numbers/],
  [file({ notices: { limits: true } }), /each true or false/],
  [file({ quiet_hours: { from: "25:00", to: "07:00" } }), /like 22:00/],
  [file({ colour: "blue" }), /"colour": this version has no such setting/],
  [file({ key: { key: "abc" } }), /"key": it looks like a key/],
  [file({ note: "qg_read_abc" }), /"note": it looks like a key/],
  [file({ "__proto__x": 1 }), /no such setting/],
];

for (const [text, fault] of FAULTS) {
  Deno.test(`a file with a fault is refused in words: ${text}`, () => {
    const read = readFile(text);
    assert(Array.isArray(read) && read.length === 1);
    assertMatch(read[0], fault);
    assert(!read[0].includes("qg_read_abc"));
  });
}

Deno.test("every fault of a file is said, and nothing of the file is used", () => {
  const read = readFile(file({ theme: "blue", share: "half", time: "absolute" }));
  assert(Array.isArray(read) && read.length === 2);
});

Deno.test("a long value is cut in the sentence", () => {
  const [fault] = readFile(file({ theme: "x".repeat(500) })) as string[];
  assert(fault.length < 200);
});

Deno.test("the names of a policy are those with a valid value", () => {
  const names = managedNames({ server_url: SETTINGS.server_url, theme: "blue", live_updates: false, thresholds: [80] });
  assertEquals([...names], ["server_url", "live_updates", "thresholds"]);
});
