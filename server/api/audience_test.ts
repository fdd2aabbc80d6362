import { Buffer } from "node:buffer";
import { assertEquals } from "../../tests/support/assert.ts";
import { Audience } from "./audience.ts";

/** An audience of 1,200, whose turns the test starts, and what each of them was sent. */
function crowd() {
  const turns: (() => void)[] = [];
  const audience = new Audience<Fan>((run) => turns.push(run));
  const fans = Array.from({ length: 1200 }, () => new Fan());
  for (const fan of fans) audience.add(fan);
  const publish = (text: string) => audience.publish(Buffer.from(text));
  const sent = (text: string) => fans.filter(({ texts }) => texts.at(-1) === text).length;
  return { audience, fans, turns, publish, sent, turn: () => turns.shift()!() };
}

class Fan {
  version = 0;
  readonly texts: string[] = [];
  send(frame: Buffer): void {
    this.texts.push(frame.toString());
  }
}

Deno.test("a state is sent in slices, one a turn of the event loop", () => {
  const { publish, sent, turn, turns } = crowd();
  publish("a");
  assertEquals(sent("a"), 512);
  turn();
  assertEquals(sent("a"), 1024);
  turn();
  assertEquals([sent("a"), turns.length], [1200, 0]);
});

Deno.test("few subscribers are sent a state before publish returns", () => {
  const { audience, fans, publish, sent, turns } = crowd();
  for (const fan of fans.slice(2)) audience.delete(fan);
  publish("a");
  assertEquals([sent("a"), turns.length, audience.size], [2, 0, 2]);
});

Deno.test("a state that comes meanwhile replaces the one before, and all get it once", () => {
  const { publish, fans, sent, turn, turns } = crowd();
  publish("a");
  publish("b");
  while (turns.length > 0) turn();
  assertEquals(sent("b"), 1200);
  assertEquals(fans.map(({ texts }) => texts.join()).filter((texts) => texts === "a,b").length, 512);
  assertEquals(fans.filter(({ texts }) => texts.join() === "b").length, 688);
});

Deno.test("a subscriber who leaves gets no more, and one who joins has the present state already", () => {
  const { audience, publish, fans, turn, turns } = crowd();
  publish("a");
  audience.delete(fans[600]);
  const late = new Fan();
  audience.add(late);
  while (turns.length > 0) turn();
  assertEquals([fans[600].texts, late.texts], [[], []]);
  publish("b");
  while (turns.length > 0) turn();
  assertEquals([fans[600].texts, late.texts, fans[0].texts], [[], ["b"], ["a", "b"]]);
});
