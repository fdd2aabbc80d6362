import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { AnswerMemory } from "./answer_memory.ts";

const learnt = (answers: number[]) => {
  const memory = new AnswerMemory();
  for (const tokens of answers) memory.learn("m", tokens);
  return memory.expected("m");
};

Deno.test("nothing is expected before eight answers, nor of a call without a model", () => {
  assertEquals(learnt(Array(7).fill(100)), null);
  assert(learnt(Array(8).fill(100)) !== null);
  const memory = new AnswerMemory();
  for (let answer = 0; answer < 20; answer++) memory.learn(null, 5);
  assertEquals([memory.expected(null), memory.expected("other")], [null, null]);
});

Deno.test("the expectation covers most answers, and follows when they change", () => {
  const steady = learnt(Array.from({ length: 100 }, (_, n) => 200 + n % 20))!;
  assert(steady >= 215 && steady < 240, `${steady}`);
  const changed = learnt([...Array(200).fill(50), ...Array(60).fill(2000)])!;
  assert(changed > 1900 && changed < 3500, `${changed}`);
  const calm = learnt([...Array(200).fill(2000), ...Array(120).fill(50)])!;
  assert(calm < 80, `${calm}`);
});

Deno.test("one giant answer among many does not change the expectation", () => {
  const expected = learnt([...Array(50).fill(100), 100_000, ...Array(60).fill(100)])!;
  assert(expected < 2000, `${expected}`);
});

Deno.test("models beyond the bound are forgotten, the oldest first", () => {
  const memory = new AnswerMemory();
  for (let answer = 0; answer < 20; answer++) memory.learn("first", 5);
  for (let model = 0; model < 50; model++) memory.learn(`m-${model}`, 5);
  assertEquals(memory.expected("first"), null);
});

Deno.test("property: an expectation is a whole number, at least the smallest answer, finite whatever was seen", () => {
  fc.assert(fc.property(fc.array(fc.nat(2 ** 40), { minLength: 8, maxLength: 60 }), (answers) => {
    const expected = learnt(answers)!;
    assert(Number.isSafeInteger(expected) && expected >= Math.min(...answers) * 0.99);
  }));
});
