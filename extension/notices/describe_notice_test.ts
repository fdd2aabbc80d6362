import { assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { AT, FIXTURES } from "../../tests/gallery/fixtures.ts";
import { describeStatus } from "../../shared/ui/status/describe_status.ts";
import type { View } from "../../shared/view.ts";
import type { Notice } from "./consider.ts";
import { describeNotice } from "./describe_notice.ts";
import { readingsOf } from "./readings.ts";

/** The notice of one reading of a state of the gallery. */
function described(state: string, key: string, kind: Notice["kind"], level = 100) {
  const view: View = FIXTURES[state];
  const reading = readingsOf(view.status!).find((reading) => reading.key === key) ?? null;
  return describeNotice({ kind, key, level, reading }, view, AT);
}

const WORDS: [state: string, key: string, headline: string, detail: RegExp][] = [
  [
    "warning",
    "requests_per_minute",
    "92 % of requests a minute used",
    /^41 left, frees up within a minute\. Workspace acme\.$/,
  ],
  [
    "rate_limited",
    "requests_per_minute",
    "Full: 500 of 500 requests a minute used",
    /^Opens within a minute\. Workspace acme\.$/,
  ],
  [
    "day_full",
    "requests_per_day",
    "Full: 10,000 of 10,000 requests a day used",
    /^Opens at \d\d:\d\d\. Workspace acme\.$/,
  ],
  [
    "model_full",
    "requests_per_minute gpt-5.4",
    "Full: 50 of 50 requests a minute to gpt-5.4 used",
    /^Opens within a minute\. Workspace acme\.$/,
  ],
];

for (const [state, key, headline, detail] of WORDS) {
  Deno.test(`a notice of ${key} in words: ${state}`, () => {
    const notice = described(state, key, "limits");
    assertEquals([notice.headline, notice.id, notice.link], [headline, `acme ${key}`, null]);
    assertMatch(notice.detail, detail);
    assertMatch(notice.mute!, /^Mute until \d\d:\d\d$/);
  });
}

Deno.test("a notice of a problem says what the status says, and links to where it can be solved", () => {
  const { state, headline, detail, link } = described("quota_exceeded", "insufficient_quota", "problems");
  const status = describeStatus(FIXTURES.quota_exceeded, AT);
  assertEquals([state, headline, detail], ["quota_exceeded", status.headline, `${status.detail}. Workspace acme.`]);
  assertEquals(link?.href, "https://platform.openai.com/usage");
});

Deno.test("a recovery says how much is used now, and has nothing to mute", () => {
  const { state, headline, detail, mute } = described("live_normal", "requests_per_day", "recovery");
  assertEquals([state, headline, mute], ["normal", "Calls go through again", null]);
  assertEquals(detail, "3,204 of 10,000 requests a day used. Workspace acme.");
  assertEquals(described("live_normal", "ledger_failing", "recovery").headline, "The service records calls again");
});
