import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { CoolDowns, type RateLimitAnswer } from "./cool_downs.ts";

const ANY = { has: () => true };

const answer429 = (now_ms: number, over: Partial<RateLimitAnswer> = {}): RateLimitAnswer => ({
  pool: "gpt-5.4",
  message: "429",
  wait_ms: null,
  sent_at_ms: now_ms,
  now_ms,
  ...over,
});
const left = (coolDowns: CoolDowns, now_ms: number, pool = "gpt-5.4") => {
  const held = coolDowns.of(pool, now_ms);
  return held && held.obeyed_until_ms - now_ms;
};

Deno.test("a requested wait holds calls back to the millisecond, and is shown for a second at least", () => {
  const coolDowns = new CoolDowns(() => 1);
  coolDowns.begin(answer429(0, { wait_ms: 5 }));
  assertEquals([left(coolDowns, 4), left(coolDowns, 5)], [1, null]);
  assertEquals([coolDowns.longest(999, ANY)?.message, coolDowns.longest(1000, ANY)], ["429", null]);
});

Deno.test("a cool-down holds back only its own pool's calls; the longest one is shown", () => {
  const coolDowns = new CoolDowns(() => 1);
  coolDowns.begin(answer429(0, { wait_ms: 2000 }));
  coolDowns.begin(answer429(0, { wait_ms: 9000, pool: "embeddings", message: "longer" }));
  assertEquals([left(coolDowns, 1), left(coolDowns, 1, "whisper-1")], [1999, null]);
  assertEquals(coolDowns.longest(1, ANY)?.message, "longer");
});

Deno.test("without a requested wait the back-off is 1, 2, 4 … 60 s, half of it random", () => {
  for (const [random, share] of [[0, 0.5], [0.5, 0.75], [1, 1]]) {
    const coolDowns = new CoolDowns(() => random);
    const waits = [1, 2, 4, 8, 16, 32, 60, 60].map((_, strike) => {
      coolDowns.begin(answer429(strike * 100_000));
      return left(coolDowns, strike * 100_000);
    });
    assertEquals(waits, [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000 * share));
  }
});

Deno.test("calls refused together count as one refusal; a success resets the back-off", () => {
  const coolDowns = new CoolDowns(() => 1);
  coolDowns.begin(answer429(10));
  for (let each = 0; each < 100; each++) coolDowns.begin(answer429(20, { sent_at_ms: 5 }));
  assertEquals(left(coolDowns, 20), 990);
  coolDowns.end("gpt-5.4", 5);
  assertEquals(left(coolDowns, 20), 990);
  coolDowns.end("gpt-5.4", 2000);
  assertEquals(left(coolDowns, 20), null);
  coolDowns.begin(answer429(3000));
  assertEquals(left(coolDowns, 3000), 1000);
});

Deno.test("the longer of two waits holds; after five minutes a call may ask again", () => {
  const coolDowns = new CoolDowns(() => 1);
  coolDowns.begin(answer429(0, { wait_ms: 20_000 }));
  coolDowns.begin(answer429(1, { wait_ms: 10 }));
  assertEquals(left(coolDowns, 1), 19_999);
  coolDowns.begin(answer429(2, { wait_ms: 86_400_000 }));
  assertEquals(left(coolDowns, 2), 300_000);
  assert(coolDowns.longest(86_400_000, ANY), "it is shown for as long as the provider asked");
});

Deno.test("pools beyond the limit replace the oldest one", () => {
  const coolDowns = new CoolDowns(() => 1);
  for (let model = 0; model < 100; model++) coolDowns.begin(answer429(0, { pool: `m${model}`, wait_ms: 5000 }));
  assertEquals([left(coolDowns, 0, "m79"), left(coolDowns, 0, "m80")], [null, 5000]);
});
