import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { AnswerMemory } from "./answer_memory.ts";

const PLAN = { model: "m", tokens: 600, input_tokens: 100, output_cap: null };
const GUESS = 500;

/** A memory of answers of 20 ms a token. */
const learnt = (answers: number[]) => {
  const memory = new AnswerMemory();
  for (const tokens of answers) memory.learn("m", tokens, tokens * 20);
  return memory;
};
const open = (memory: AnswerMemory, { over = {}, limit = 1e7, now_ms = 0 } = {}) =>
  memory.open({ ...PLAN, ...over }, limit, now_ms)!;
const expected = (answers: number[]) => open(learnt(answers)).tokens;
const sum = (opened: { tokens: number }[]) => opened.reduce((sum, { tokens }) => sum + tokens, 0);
/** Opens so many answers at the same moment, and returns the tokens held for them. */
const heldFor = (memory: AnswerMemory, calls: number, options = {}) =>
  sum(Array.from({ length: calls }, () => open(memory, options)));

Deno.test("nothing is learnt of a model before eight answers, nor of a call without a model", () => {
  assertEquals(expected(Array(7).fill(100)), GUESS);
  assertEquals(expected(Array(8).fill(100)), 100);
  const memory = learnt([]);
  for (let answer = 0; answer < 20; answer++) memory.learn(null, 5, 100);
  assertEquals([null, "other"].map((model) => open(memory, { over: { model } }).tokens), [GUESS, GUESS]);
});

Deno.test("an attempt without an answer in tokens opens none", () => {
  assertEquals(new AnswerMemory().open({ ...PLAN, tokens: 100 }, 1e6, 0), null);
});

Deno.test("a guess is bounded by a quarter of the limit; a known mean is held in full", () => {
  assertEquals(open(learnt([]), { limit: 1000 }).tokens, 250);
  assertEquals(open(learnt(Array(20).fill(800)), { limit: 1000 }).tokens, 800);
});

Deno.test("one answer holds its mean and deviations, and the expectation follows when answers change", () => {
  const steady = expected(Array.from({ length: 100 }, (_, n) => 200 + n % 20));
  assert(steady >= 215 && steady < 240, `${steady}`);
  const changed = expected([...Array(200).fill(50), ...Array(60).fill(2000)]);
  assert(changed > 1900 && changed < 3500, `${changed}`);
  const calm = expected([...Array(200).fill(2000), ...Array(600).fill(50)]);
  assert(calm < 150, `${calm}`);
});

Deno.test("one giant answer among many does not change the expectation for long", () => {
  const tokens = heldFor(learnt([...Array(50).fill(100), 10_000, ...Array(300).fill(100)]), 100);
  assert(tokens < 100 * 400, `${tokens}`);
});

Deno.test("many answers hold one margin together, because their deviations average out", () => {
  const answers = Array.from({ length: 400 }, (_, n) => (n * 37) % 400);
  const alone = expected(answers);
  const memory = learnt(answers);
  assert(alone > 380, `${alone}`);
  const together = heldFor(memory, 100);
  // The mean is 200, the deviation 115.
  assert(together > 100 * 200 + 3 * 115 * 10 && together < 100 * 300, `${together}`);
});

Deno.test("the margin is wider while few answers were seen", () => {
  const held = (seen: number) => heldFor(learnt(Array.from({ length: seen }, (_, n) => n % 2 * 400)), 20);
  assert(held(8) > held(30) && held(30) > held(300));
});

Deno.test("an answer that has ended gives its part back, and the next one holds the margin that it had", () => {
  const memory = learnt(Array.from({ length: 300 }, (_, n) => (n * 37) % 400));
  const first = open(memory);
  heldFor(memory, 20);
  const last = open(memory).tokens;
  assert(last < first.tokens);
  first.end();
  first.end();
  const next = open(memory).tokens;
  assert(next > last && next < 400 + last, `${next}`);
});

Deno.test("an answer that is still under way when short ones have ended is expected to be long", () => {
  const answers = Array.from({ length: 300 }, (_, n) => n % 20 === 0 ? 4000 : 20);
  const held = (age_ms: number) => {
    const memory = learnt(answers);
    const before = heldFor(memory, 3);
    return before + open(memory, { now_ms: age_ms }).tokens;
  };
  assert(held(5000) >= 3 * 4000 + 219, `${held(5000)}`);
  assert(held(0) < 3 * 4000, `${held(0)}`);
});

Deno.test("an answer older than the minute is not in the sum any more", () => {
  const memory = learnt(Array.from({ length: 300 }, (_, n) => (n * 37) % 400));
  const alone = open(memory).tokens;
  heldFor(memory, 10);
  assertEquals(open(memory, { now_ms: 61_000 }).tokens, alone);
});

Deno.test("a cap bounds what is held, and small caps do not raise what others hold", () => {
  const memory = learnt(Array(50).fill(2000));
  const capped = { over: { output_cap: 30 } };
  assertEquals(heldFor(memory, 40, capped), 40 * 30);
  assertEquals(open(memory).tokens, 2000);
});

Deno.test("models beyond the bound are forgotten, the oldest first", () => {
  const memory = new AnswerMemory();
  for (let answer = 0; answer < 20; answer++) memory.learn("first", 5, 100);
  for (let model = 0; model < 50; model++) memory.learn(`m-${model}`, 5, 100);
  assertEquals(open(memory, { over: { model: "first" } }).tokens, GUESS);
});

Deno.test("property: whatever was seen and is open, an answer holds a whole number between the mean and its cap", () => {
  const step = fc.record({
    wait: fc.nat(20_000),
    learns: fc.option(fc.nat(2 ** 31)),
    cap: fc.option(fc.integer({ min: 1, max: 2 ** 33 })),
    limit: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 1e9 })),
    ends: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 31), { minLength: 8, maxLength: 40 }), fc.array(step), (answers, steps) => {
      const memory = learnt(answers);
      const opened = [];
      let now_ms = 0;
      for (const { wait, learns, cap, limit, ends } of steps) {
        now_ms += wait;
        if (learns !== null) memory.learn("m", learns, wait);
        const answer = open(memory, { over: { output_cap: cap }, limit, now_ms });
        assert(Number.isSafeInteger(answer.tokens) && answer.tokens >= 0 && answer.tokens <= (cap ?? Infinity));
        opened.push(answer);
        for (let end = 0; end < ends; end++) opened.shift()?.end();
      }
    }),
  );
});
