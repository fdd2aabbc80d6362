import { assertEquals } from "../tests/support/assert.ts";
import { openRoom, say, upTo } from "./room.ts";

Deno.test("an answer follows its question, even if others asked in between", () => {
  const [channel] = openRoom();
  const first = { author: "mira", text: "One?" };
  const second = { author: "jonas", text: "Two?" };
  say(channel, first);
  say(channel, second);
  say(channel, { author: "ada", text: "Two." }, second);
  say(channel, { author: "ada", text: "One." }, first);
  assertEquals(channel.messages.slice(-4).map(({ text }) => text), ["One?", "One.", "Two?", "Two."]);
  assertEquals(upTo(channel, first, 1), [first]);
});

Deno.test("a channel keeps its last 200 messages", () => {
  const [channel] = openRoom();
  for (let count = 0; count < 500; count++) say(channel, { author: "mira", text: `${count}` });
  assertEquals([channel.messages.length, channel.messages.at(-1)?.text], [200, "499"]);
});
