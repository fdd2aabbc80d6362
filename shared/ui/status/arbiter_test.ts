import { assertEquals } from "../../../tests/support/assert.ts";
import { meter, NOON, statusBody, wire } from "../../../tests/support/statuses.ts";
import type { Cause, StatusBody } from "../../quota.ts";
import { type Connection, EMPTY_VIEW, STALE_AFTER_MS, type View } from "../../view.ts";
import { arbitrate } from "./arbiter.ts";
import type { DisplayState } from "./tone.ts";

const STATUSES = ["quota_exceeded", "rate_limited", "degraded", "warning", "normal"] as const;

function view(connection: Connection, status: string | null, age = 0): View {
  const body = status === null ? null : statusBody({ status: status as StatusBody["status"] });
  return { ...EMPTY_VIEW, connection, workspace_id: "acme", status: body, confirmed_at: NOON - age };
}

/** The states in the order of precedence: a connection that gives no current numbers hides every status. */
const HIDING: [connection: Connection, state: DisplayState][] = [
  ["unconfigured", "unconfigured"],
  ["not_permitted", "not_permitted"],
  ["key_refused", "key_refused"],
  ["outdated", "outdated"],
  ["refused", "refused"],
  ["offline", "offline"],
  ["stale", "stale"],
  ["connecting", "connecting"],
];

for (const [connection, state] of HIDING) {
  Deno.test(`the connection ${connection} hides every status, known or not`, () => {
    for (const status of [...STATUSES, "paused", null]) {
      const glance = arbitrate(view(connection, status), NOON);
      assertEquals([glance.state, glance.current, glance.wait], [state, false, null]);
    }
  });
}

for (const connection of ["live", "polling"] as const) {
  Deno.test(`while numbers arrive (${connection}), their status is shown`, () => {
    for (const status of STATUSES) assertEquals(arbitrate(view(connection, status), NOON).state, status);
  });

  Deno.test(`numbers that were not confirmed for 45 s are stale (${connection})`, () => {
    for (const status of STATUSES) {
      const glance = arbitrate(view(connection, status, STALE_AFTER_MS), NOON);
      assertEquals([glance.state, glance.tone, glance.current], ["stale", "unsure", false]);
    }
  });

  Deno.test(`a status that is unknown here asks for an update, and is never normal (${connection})`, () => {
    const glance = arbitrate(view(connection, "paused"), NOON);
    assertEquals([glance.state, glance.tone, glance.current], ["outdated", "unsure", false]);
    assertEquals(arbitrate(view(connection, null), NOON).state, "connecting");
  });
}

function cause(code: string, until: number | null): Cause {
  const rest = { message: "", source: "counted", since: wire(NOON), fix: "wait" } as const;
  return { ...rest, code: code as Cause["code"], until: until === null ? null : wire(until) };
}

const MINUTE = meter(22, 30, { resets_at: wire(NOON + 61_000) });
const DAY = meter(5, 500, { window: "calendar_day", resets_at: wire(NOON + 7_200_000) });
const FULL = meter(30, 30, { available_at: wire(NOON + 9_000) });

/** What happens next, for a status with these limits a minute and a day. */
const WAITS: [name: string, status: StatusBody["status"], minute: typeof MINUTE, cause: Cause | null, want: string][] =
  [
    ["the tightest window frees up", "normal", MINUTE, null, "frees up 60000"],
    ["nothing is used", "normal", meter(0, 30), null, "resets 7200000"],
    ["a full limit without a cause", "normal", FULL, null, "opens 9000"],
    ["a warning about the minute", "warning", MINUTE, cause("requests_per_minute", NOON + 12_000), "frees up 12000"],
    ["a warning about the day", "warning", MINUTE, cause("requests_per_day", NOON + 7_200_000), "resets 7200000"],
    ["a warning about the provider", "warning", MINUTE, cause("provider_requests", NOON + 90_000), "frees up 90000"],
    ["a warning without an end", "warning", MINUTE, cause("requests_per_minute", null), "none"],
    ["a full minute", "rate_limited", FULL, cause("requests_per_minute", NOON + 60_400), "opens 60000"],
    [
      "a cool-down that outlasts a full minute",
      "rate_limited",
      FULL,
      cause("provider_rate_limit", NOON + 71_000),
      "opens 71000",
    ],
    ["an end that has passed", "rate_limited", FULL, cause("requests_per_minute", NOON - 5_000), "opens 0"],
    ["no quota at the provider", "quota_exceeded", FULL, cause("insufficient_quota", null), "none"],
    ["a fault with an end", "degraded", MINUTE, cause("upstream_failing", NOON + 30_000), "ends 30000"],
  ];

for (const [name, status, requests_per_minute, cause, want] of WAITS) {
  Deno.test(`what happens next: ${name}, ${want}`, () => {
    const stats = { ...statusBody().stats, requests_per_minute, requests_per_day: DAY };
    const { wait } = arbitrate({ ...view("live", "normal"), status: statusBody({ status, stats, cause }) }, NOON);
    assertEquals(wait ? `${wait.verb} ${wait.ms}` : "none", want);
  });
}
