import { assertEquals } from "../../tests/support/assert.ts";
import { Scene, statusAt, type Use } from "../../tests/support/notice_scene.ts";
import { NOON, wire } from "../../tests/support/statuses.ts";
import type { Cause, StatusBody } from "../../shared/quota.ts";
import { DEFAULT_NOTICE_SETTINGS } from "../state/settings.ts";

const HOUR = 3_600;
const MINUTE_90 = "limits requests_per_minute 90";
const MINUTE_FULL = "limits requests_per_minute 100";
const DAY_90 = "limits requests_per_day 90";
const DAY_FULL = "limits requests_per_day 100";

/** Views in order; each with the notice that it gives. */
type Step = [seconds: number, use: Use, notice: string | null];

const SCENES: Record<string, Step[]> = {
  "the first view is a baseline": [[0, { minute: 95 }, null], [1, { minute: 96 }, null], [
    2,
    { minute: 100 },
    MINUTE_FULL,
  ]],
  "a threshold is told of once": [[0, {}, null], [1, { minute: 90 }, MINUTE_90], [2, { minute: 95 }, null]],
  "just below a threshold is not at it": [[0, {}, null], [1, { minute: 89 }, null]],
  "a jump over several levels is one notice of the highest": [
    [0, {}, null],
    [1, { minute: 100 }, MINUTE_FULL],
    [2, { minute: 92 }, null],
  ],
  "several limits that cross together are one notice of the highest": [
    [0, {}, null],
    [1, { minute: 95, day: 1000 }, DAY_FULL],
    [2, { minute: 99, day: 1000 }, null],
  ],
  "of two equal levels the one with more use is told of": [[0, {}, null], [1, { minute: 92, day: 970 }, DAY_90]],
  "a rolling use that hovers around a threshold is told of once": [
    [0, {}, null],
    ...Array.from({ length: 60 }, (_, i): Step => [10 * (i + 1), { minute: i % 2 ? 84 : 91 }, i ? null : MINUTE_90]),
  ],
  "a rolling use that calms down for less than a minute does not begin a new window": [
    [0, {}, null],
    [1, { minute: 90 }, MINUTE_90],
    [30, { minute: 5 }, null],
    [60, { minute: 90 }, null],
  ],
  "a rolling use that was calm for a minute begins a new window": [
    [0, {}, null],
    [1, { minute: 90 }, MINUTE_90],
    [31, { minute: 5 }, null],
    [61, { minute: 5 }, null],
    [62, { minute: 90 }, MINUTE_90],
  ],
  "a day's threshold is not told of again before midnight": [
    [0, {}, null],
    [1, { day: 900 }, DAY_90],
    [30, { day: 0 }, null],
    [60, { day: 950 }, null],
    [90, { day: 0 }, null],
    [12 * HOUR - 30, { day: 0 }, null],
    [12 * HOUR - 1, { day: 900 }, null],
  ],
  "a full day recovers at midnight and not before": [
    [12 * HOUR - 40, {}, null],
    [12 * HOUR - 30, { day: 1000 }, DAY_FULL],
    [12 * HOUR - 20, { day: 0 }, null],
    [12 * HOUR - 1, { day: 0 }, null],
    [12 * HOUR, { day: 0 }, "recovery requests_per_day 100"],
    [12 * HOUR + 1, { day: 0 }, null],
  ],
  "a full minute recovers once its use was clearly lower for a minute": [
    [0, {}, null],
    [1, { minute: 100 }, MINUTE_FULL],
    [13, { minute: 95 }, null],
    [20, { minute: 60 }, null],
    [50, { minute: 100 }, null],
    [80, { minute: 60 }, null],
    [109, { minute: 60 }, null],
    [110, { minute: 60 }, "recovery requests_per_minute 100"],
    [111, { minute: 60 }, null],
  ],
  "a limit that was only close gives no recovery": [
    [0, {}, null],
    [1, { minute: 95 }, MINUTE_90],
    [31, { minute: 0 }, null],
    [62, { minute: 0 }, null],
  ],
  "missing data of more than 45 s makes the next reading a baseline": [
    [0, {}, null],
    [45, { minute: 95 }, null],
    [46, { minute: 100 }, MINUTE_FULL],
  ],
};

for (const [name, steps] of Object.entries(SCENES)) {
  Deno.test(name, () => {
    const scene = new Scene();
    const told = steps.map(([seconds, use]) => scene.at(seconds, use));
    assertEquals(told, steps.map(([, , notice]) => notice));
  });
}

for (const connection of ["offline", "stale", "refused", "unconfigured"] as const) {
  Deno.test(`the first reading after ${connection} is a baseline, and a level told of before is not repeated`, () => {
    const scene = new Scene();
    scene.at(0, {});
    assertEquals(scene.at(1, { minute: 90 }), MINUTE_90);
    scene.without(2, connection);
    scene.without(3, "connecting");
    assertEquals(scene.at(4, { minute: 95, day: 990 }), null);
    assertEquals(scene.at(5, { minute: 95, day: 995 }), null);
    assertEquals(scene.at(6, { minute: 100, day: 995 }), MINUTE_FULL);
  });
}

Deno.test("a new connection within 45 s is no gap", () => {
  const scene = new Scene();
  scene.at(0, {});
  scene.without(10, "connecting");
  assertEquals(scene.at(20, { minute: 90 }), MINUTE_90);
});

Deno.test("a recovery that happens while data is missing is not told of", () => {
  const scene = new Scene();
  scene.at(0, {});
  assertEquals(scene.at(1, { minute: 100 }), MINUTE_FULL);
  scene.without(2, "offline");
  assertEquals([scene.at(200, {}), scene.at(201, {})], [null, null]);
});

Deno.test("a reading that still is of the day before does not end the day's window", () => {
  const scene = new Scene();
  scene.at(12 * HOUR - 2, {});
  assertEquals(scene.at(12 * HOUR - 1, { day: 1000 }), DAY_FULL);
  const { stats } = statusAt(12 * HOUR - 1, { day: 100 });
  assertEquals(scene.at(12 * HOUR + 1, {}, { stats }), null);
  assertEquals(scene.at(12 * HOUR + 2, {}), "recovery requests_per_day 100");
});

Deno.test("each threshold of one's own is told of, and a full limit too", () => {
  const scene = new Scene();
  scene.set({ thresholds: [50, 80, 95] });
  const told = [0, 50, 79, 80, 96, 99, 100].map((minute, i) => scene.at(i, { minute }));
  const at = (level: number) => `limits requests_per_minute ${level}`;
  assertEquals(told, [null, at(50), null, at(80), at(95), null, at(100)]);
});

Deno.test("new thresholds, and another warning ratio of the service, begin with a baseline", () => {
  const scene = new Scene();
  scene.at(0, { minute: 85 });
  scene.set({ thresholds: [50, 80] });
  assertEquals([scene.at(1, { minute: 85 }), scene.at(2, { minute: 86 })], [null, null]);
  scene.set({ thresholds: [] });
  assertEquals([scene.at(3, { minute: 86 }, { warning_ratio: 0.5 }), scene.at(4, { minute: 86 })], [null, null]);
});

Deno.test("a limit that was raised is told of again", () => {
  const scene = new Scene();
  scene.at(0, {});
  assertEquals(scene.at(1, { day: 1000 }), DAY_FULL);
  const raised = (day: number) => ({ stats: statsOfDay(day, 2000) });
  assertEquals(scene.at(2, {}, raised(1000)), null);
  assertEquals(scene.at(3, {}, raised(1800)), DAY_90);
});

function statsOfDay(current: number, limit: number): StatusBody["stats"] {
  return {
    requests_per_minute: null,
    requests_per_day: {
      current,
      reserved: 0,
      limit,
      remaining: limit - current,
      percentage: 100 * current / limit,
      window: "calendar_day",
      resets_at: wire(NOON + 12 * HOUR * 1000),
      available_at: null,
    },
    tokens_per_minute: null,
    tokens_per_day: null,
  };
}

const SILENCES: [name: string, settings: Parameters<Scene["set"]>[0]][] = [
  ["muted", { muted_until: NOON + 60_000 }],
  ["in quiet hours", { quiet_hours: hoursAround(NOON) }],
  ["with notices of limits off", { notices: { ...DEFAULT_NOTICE_SETTINGS.notices, limits: false } }],
  ["with both places off", { notices: { ...DEFAULT_NOTICE_SETTINGS.notices, page: false, browser: false } }],
];

for (const [name, settings] of SILENCES) {
  Deno.test(`${name}, a crossing is not told of, later neither, and its end is not a recovery`, () => {
    const scene = new Scene();
    scene.set(settings);
    scene.at(0, {});
    assertEquals(scene.at(1, { minute: 100 }), null);
    scene.settings = DEFAULT_NOTICE_SETTINGS;
    const told = [2, 40].map((seconds) => scene.at(seconds, { minute: 100 }));
    assertEquals([...told, scene.at(80, {}), scene.at(101, {})], [null, null, null, null]);
    assertEquals(scene.at(102, { minute: 90 }), MINUTE_90);
  });
}

function hoursAround(at: number): { from: string; to: string } {
  const time = (ms: number) => new Date(ms).toTimeString().slice(0, 5);
  return { from: time(at - 60_000), to: time(at + 60_000) };
}

const NO_CREDIT: Partial<StatusBody> = { status: "quota_exceeded", cause: causeOf("insufficient_quota", null) };

function causeOf(code: Cause["code"], until_s: number | null): Cause {
  const until = until_s === null ? null : wire(NOON + until_s * 1000);
  return { code, message: "Refused.", source: "reported", since: wire(NOON), until, fix: "billing" };
}

Deno.test("a problem is told of once, and its end a minute after it is gone", () => {
  const scene = new Scene();
  scene.at(0, {});
  assertEquals(scene.at(1, {}, NO_CREDIT), "problems insufficient_quota 100");
  assertEquals([scene.at(2, {}, NO_CREDIT), scene.at(30, {}), scene.at(40, {}, NO_CREDIT)], [null, null, null]);
  assertEquals([scene.at(60, {}), scene.at(99, {})], [null, null]);
  assertEquals([scene.at(100, {}), scene.at(101, {})], ["recovery insufficient_quota 100", null]);
});

Deno.test("a problem with a known end is not over before it", () => {
  const scene = new Scene();
  const cooling: Partial<StatusBody> = { status: "rate_limited", cause: causeOf("provider_rate_limit", 120) };
  scene.at(0, {});
  assertEquals(scene.at(1, {}, cooling), "problems provider_rate_limit 100");
  assertEquals([40, 80, 119].map((seconds) => scene.at(seconds, {})), [null, null, null]);
  assertEquals(scene.at(120, {}), "recovery provider_rate_limit 100");
});

Deno.test("nothing recovers while calls are refused for another reason", () => {
  const scene = new Scene();
  scene.at(0, {});
  scene.at(1, { minute: 100 });
  const exceeded = [20, 40, 62].map((seconds) => scene.at(seconds, {}, NO_CREDIT));
  assertEquals(exceeded, ["problems insufficient_quota 100", null, null]);
});

Deno.test("a provider's warning is a level of its own limit, by the number that it reports", () => {
  const scene = new Scene();
  const pool = { pool: "gpt-5.4", observed_at: wire(NOON), used_elsewhere: null, tokens: null };
  const warning = (remaining: number): Partial<StatusBody> => ({
    status: "warning",
    cause: { ...causeOf("provider_requests", 60), model: "gpt-5.4" },
    provider: [{ ...pool, requests: { limit: 100, remaining, resets_at: null } }],
  });
  scene.at(0, {});
  assertEquals(scene.at(1, { minute: 40 }, warning(8)), "limits provider_requests gpt-5.4 90");
  const full = { ...warning(0), status: "rate_limited" as const };
  assertEquals(scene.at(2, { minute: 40 }, full), "limits provider_requests gpt-5.4 100");
});

Deno.test("the limit of a model that is removed does not recover", () => {
  const scene = new Scene();
  const models = [{ model: "gpt-5.4", stats: statsOfDay(1000, 1000) }];
  scene.at(0, {}, { models: [{ model: "gpt-5.4", stats: statsOfDay(0, 1000) }] });
  assertEquals(scene.at(1, {}, { models }), "limits requests_per_day gpt-5.4 100");
  assertEquals([scene.at(12 * HOUR - 1, {}), scene.at(12 * HOUR, {})], [null, null]);
});
