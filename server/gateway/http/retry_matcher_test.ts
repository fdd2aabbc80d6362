import { assertEquals } from "../../../tests/support/assert.ts";
import { RetryMatcher } from "./retry_matcher.ts";

const request = (text: string, workspace_id = "acme", endpoint = "responses") => ({
  workspace_id,
  endpoint,
  body: [new TextEncoder().encode(text)],
});

function setUp() {
  let now = 0;
  return { matcher: new RetryMatcher(() => now), wait: (ms: number) => now += ms };
}

Deno.test("a retry belongs to the failed attempt before it that sent the same request", () => {
  const { matcher } = setUp();
  matcher.addFailure(request("a"), "call-a", 0);
  matcher.addFailure(request("b"), "call-b", 0);
  assertEquals(matcher.takeCallId(request("a"), 0), null, "a first attempt is a new call");
  assertEquals(matcher.takeCallId(request("a", "blue"), 1), null);
  assertEquals(matcher.takeCallId(request("a", "acme", "embeddings"), 1), null);
  assertEquals(matcher.takeCallId(request("a"), 2), null);
  assertEquals([matcher.takeCallId(request("a"), 1), matcher.takeCallId(request("a"), 1)], ["call-a", null]);
  matcher.addFailure(request("a"), "call-a", 1);
  assertEquals([matcher.takeCallId(request("a"), 2), matcher.takeCallId(request("b"), 1)], ["call-a", "call-b"]);
});

Deno.test("a form is matched whatever its boundary, and a different form is not", () => {
  const form = (boundary: string, file: string) =>
    request(
      `--${boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n` +
        `--${boundary}\r\ncontent-disposition: form-data; name="file"\r\n\r\n${file}\r\n--${boundary}--\r\n`,
    );
  const { matcher } = setUp();
  matcher.addFailure(form("first-boundary", "abc"), "call-a", 0);
  assertEquals(matcher.takeCallId(form("another", "abd"), 1), null);
  assertEquals(matcher.takeCallId(form("another", "abc"), 1), "call-a");
});

Deno.test("a form without its last delimiter is matched by its end too", () => {
  const { matcher } = setUp();
  const form = (boundary: string, end: string) => request(`--${boundary}\r\n\r\nabc\r\n--${boundary}\r\n\r\n${end}`);
  matcher.addFailure(form("first", "one"), "call-a", 0);
  assertEquals(matcher.takeCallId(form("second", "two"), 1), null);
  assertEquals(matcher.takeCallId(form("second", "one"), 1), "call-a");
});

Deno.test("a body that only begins like a form is matched by all its bytes", () => {
  const { matcher } = setUp();
  const texts = ["--", "--\r\n", "--a", "--b", `--${"a".repeat(100)}\r\n`, `--${"b".repeat(100)}\r\n`];
  texts.forEach((text, at) => matcher.addFailure(request(text), `call-${at}`, 0));
  assertEquals(texts.map((text) => matcher.takeCallId(request(text), 1)), texts.map((_, at) => `call-${at}`));
});

Deno.test("two equal requests at the same time are two calls, each with its own retry", () => {
  const { matcher } = setUp();
  matcher.addFailure(request("a"), "one", 0);
  matcher.addFailure(request("a"), "two", 0);
  assertEquals([1, 1, 1].map((retry) => matcher.takeCallId(request("a"), retry)), ["one", "two", null]);
});

Deno.test("a failure is matched for two minutes", () => {
  const { matcher, wait } = setUp();
  matcher.addFailure(request("a"), "one", 0);
  wait(120_000);
  assertEquals(matcher.takeCallId(request("a"), 1), "one");
  matcher.addFailure(request("a"), "one", 0);
  wait(120_001);
  assertEquals(matcher.takeCallId(request("a"), 1), null);
});

Deno.test("at most 10,000 failures are kept", () => {
  const { matcher } = setUp();
  for (let at = 0; at <= 10_000; at++) matcher.addFailure(request(`body ${at}`), `call-${at}`, 0);
  assertEquals([matcher.takeCallId(request("body 0"), 1), matcher.takeCallId(request("body 1"), 1)], [null, "call-1"]);
  const same = setUp();
  for (let at = 0; at <= 20_000; at++) same.matcher.addFailure(request("one body"), `call-${at}`, 0);
  assertEquals(same.matcher.takeCallId(request("one body"), 1) !== null, true);
});

Deno.test("a matched failure does not count towards the maximum", () => {
  const { matcher } = setUp();
  matcher.addFailure(request("matched"), "call", 0);
  matcher.takeCallId(request("matched"), 1);
  for (let at = 0; at <= 10_000; at++) matcher.addFailure(request(`body ${at}`), `call-${at}`, 0);
  assertEquals([matcher.takeCallId(request("body 0"), 1), matcher.takeCallId(request("body 1"), 1)], [null, "call-1"]);
});

Deno.test("the failures that are dropped are those of the request whose last failure is oldest", () => {
  const { matcher } = setUp();
  for (const body of ["again", "once", "again"]) matcher.addFailure(request(body), body, 0);
  for (let at = 0; at < 9_998; at++) matcher.addFailure(request(`body ${at}`), `call-${at}`, 0);
  assertEquals([matcher.takeCallId(request("once"), 1), matcher.takeCallId(request("again"), 1)], [null, "again"]);
});

Deno.test("a large body is matched by its length and its two ends, a large form by its ends", () => {
  const { matcher } = setUp();
  const large = (start: string, middle: number, end: string) => request(start + "x".repeat(middle) + end);
  matcher.addFailure(large("a", 300_000, "z"), "call-a", 0);
  const others = [large("b", 300_000, "z"), large("a", 300_000, "y"), large("a", 300_001, "z")];
  assertEquals(others.map((other) => matcher.takeCallId(other, 1)), [null, null, null]);
  assertEquals(matcher.takeCallId(large("a", 300_000, "z"), 1), "call-a");
  const form = (boundary: string, end: string) =>
    request(`--${boundary}\r\n\r\n${"x".repeat(300_000)}\r\n--${boundary}\r\n\r\n${end}`);
  matcher.addFailure(form("first", "one"), "call-b", 0);
  assertEquals([matcher.takeCallId(form("other", "two"), 1), matcher.takeCallId(form("other", "one"), 1)], [
    null,
    "call-b",
  ]);
});
