import { assertEquals } from "../../../tests/support/assert.ts";
import { Retries } from "./retries.ts";

const sent = (text: string, workspace_id = "acme", endpoint = "responses") => ({
  workspace_id,
  endpoint,
  body: new TextEncoder().encode(text),
});

function retries() {
  let now = 0;
  return { made: new Retries(() => now), wait: (ms: number) => now += ms };
}

Deno.test("a retry belongs to the failed attempt before it that sent the same", () => {
  const { made } = retries();
  made.failed(sent("a"), "call-a", 0);
  made.failed(sent("b"), "call-b", 0);
  assertEquals(made.callOf(sent("a"), 0), null, "a first attempt is a call of its own");
  assertEquals(made.callOf(sent("a", "blue"), 1), null);
  assertEquals(made.callOf(sent("a", "acme", "embeddings"), 1), null);
  assertEquals(made.callOf(sent("a"), 2), null);
  assertEquals([made.callOf(sent("a"), 1), made.callOf(sent("a"), 1)], ["call-a", null]);
  made.failed(sent("a"), "call-a", 1);
  assertEquals([made.callOf(sent("a"), 2), made.callOf(sent("b"), 1)], ["call-a", "call-b"]);
});

Deno.test("a form is the same whatever boundary it travels with, and no other form is", () => {
  const form = (boundary: string, file: string) =>
    sent(
      `--${boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n` +
        `--${boundary}\r\ncontent-disposition: form-data; name="file"\r\n\r\n${file}\r\n--${boundary}--\r\n`,
    );
  const { made } = retries();
  made.failed(form("first-boundary", "abc"), "call-a", 0);
  assertEquals(made.callOf(form("another", "abd"), 1), null);
  assertEquals(made.callOf(form("another", "abc"), 1), "call-a");
});

Deno.test("what begins as a form and is none is known by all of its bytes", () => {
  const { made } = retries();
  const texts = ["--", "--\r\n", "--a", "--b", `--${"a".repeat(100)}\r\n`, `--${"b".repeat(100)}\r\n`];
  texts.forEach((text, at) => made.failed(sent(text), `call-${at}`, 0));
  assertEquals(texts.map((text) => made.callOf(sent(text), 1)), texts.map((_, at) => `call-${at}`));
});

Deno.test("the same asked twice at once is two calls, each with its own retry", () => {
  const { made } = retries();
  made.failed(sent("a"), "one", 0);
  made.failed(sent("a"), "two", 0);
  assertEquals([1, 1, 1].map((retry) => made.callOf(sent("a"), retry)), ["one", "two", null]);
});

Deno.test("what failed two minutes ago is not tried again", () => {
  const { made, wait } = retries();
  made.failed(sent("a"), "one", 0);
  wait(120_000);
  assertEquals(made.callOf(sent("a"), 1), "one");
  made.failed(sent("a"), "one", 0);
  wait(120_001);
  assertEquals(made.callOf(sent("a"), 1), null);
});

Deno.test("only so many failures are kept", () => {
  const { made } = retries();
  for (let at = 0; at <= 10_000; at++) made.failed(sent(`body ${at}`), `call-${at}`, 0);
  assertEquals([made.callOf(sent("body 0"), 1), made.callOf(sent("body 1"), 1)], [null, "call-1"]);
  const same = retries();
  for (let at = 0; at <= 20_000; at++) same.made.failed(sent("one body"), `call-${at}`, 0);
  assertEquals(same.made.callOf(sent("one body"), 1) !== null, true);
});
