import { h } from "preact";
import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { type Rendered, rendered, withClass } from "../../../tests/support/rendered.ts";
import { Meters } from "./Meters.tsx";
import { Totals } from "./Totals.tsx";

const meters = (state: string) => rendered(h(Meters, { view: FIXTURES[state], now: AT }));
const texts = (elements: Rendered[], name: string) => withClass(elements, name).map(({ text }) => text);

Deno.test("a limit shows its share, its counts and what is reserved", () => {
  const elements = meters("warning");
  assertEquals([texts(elements, "short"), texts(elements, "percent")], [["RPM", "RPD", "TPM"], [
    "92 %",
    "33 %",
    "41 %",
  ]]);
  assertEquals([texts(elements, "count")[0], texts(elements, "left")[0]], ["456 of 500", "41 left"]);
  assertEquals([texts(elements, "reserved-text"), texts(elements, "wait")[0]], [
    ["3 reserved", "", "1,800 reserved"],
    "frees up in 47 s",
  ]);
});

Deno.test("a bar's parts are as long as used and reserved, with a tick where the limit warns", () => {
  const elements = meters("warning");
  const lengths = (name: string, side: string) =>
    withClass(elements, name).map(({ props }) => (props.style as Record<string, string>)[side])[0];
  assertEquals([lengths("used", "width"), lengths("reserved", "width"), lengths("tick", "insetInlineStart")], [
    "91.2%",
    "0.6%",
    "90%",
  ]);
});

Deno.test("an empty part of a bar is marked, because it has no least width", () => {
  const some = (state: string) =>
    ["used", "reserved"].map((name) => withClass(withClass(meters(state), name), "some").length);
  assertEquals([some("warning"), some("live_idle")], [[3, 2], [0, 0]]);
});

Deno.test("a screen reader gets each limit as a meter from 0 to 100, with its counts in words", () => {
  const bars = withClass(meters("over_limit"), "bar").map(({ props }) => props);
  assertEquals(bars.map((props) => [props.role, props["aria-label"], props["aria-valuenow"]])[0], [
    "meter",
    "Requests a minute",
    100,
  ]);
  assertEquals(bars[0]["aria-valuetext"], "100 percent: 612 of 500 requests used, 4 reserved, 116 over");
});

Deno.test("limits that are not current do not promise an end", () => {
  assertEquals(texts(meters("stale"), "wait")[0], "freed up since");
});

const totals = (more: Partial<Parameters<typeof Totals>[0]["usage"]>) => {
  const usage = { ...FIXTURES.warning.status!.usage, ...more };
  return rendered(h(Totals, { usage, service_now: AT }));
};

Deno.test("totals are exact up to 10,000, then short with the exact number in the tooltip", () => {
  const counts = totals({ calls: 9_999, failed: 0, input_tokens: 10_000, output_tokens: 1_284_310 })
    .filter(({ tag }) => tag === "dd");
  assertEquals(counts.map(({ text }) => text), ["9,999", "0", "10K", "1.28M"]);
  assertEquals(counts.map(({ props }) => props.title), ["9,999", "0", "10,000", "1,284,310"]);
});

Deno.test("estimated tokens are said, and only where there are some", () => {
  const notes = (estimated_calls: number) => totals({ estimated_calls }).filter(({ tag }) => tag === "p");
  assertEquals(notes(0), []);
  assertEquals(notes(1).map(({ text }) => text), ["Tokens of 1 call are estimated, not counted."]);
  assertEquals(notes(2).map(({ text }) => text), ["Tokens of 2 calls are estimated, not counted."]);
});

Deno.test("the provider's count is a second mark on the bar, with one line", () => {
  const elements = meters("used_elsewhere");
  const marks = withClass(elements, "mark").map(({ props }) =>
    (props.style as Record<string, string>).insetInlineStart
  );
  assertEquals(marks, ["49.4%", "67.86%"]);
  assertEquals(texts(elements, "reported"), ["50 % used at OpenAIused elsewhere: 120", "68 % used at OpenAI"]);
  assertEquals(texts(elements, "elsewhere"), ["used elsewhere: 120"]);
  assertEquals(texts(elements, "note"), ["Used elsewhere: by calls that do not pass this service."]);
});

Deno.test("without a report there is neither mark nor line", () => {
  const elements = meters("live_normal");
  assertEquals([withClass(elements, "mark"), withClass(elements, "reported"), withClass(elements, "note")], [
    [],
    [],
    [],
  ]);
});

Deno.test("numbers are written as a person wants them, and a click changes that", () => {
  const clicked: string[] = [];
  const form = {
    share: "left",
    time: "absolute",
    onShare: () => void clicked.push("share"),
    onTime: () => void clicked.push("time"),
  } as const;
  const elements = rendered(h(Meters, { view: FIXTURES.warning, now: AT, form }));
  assertEquals(texts(elements, "share"), ["8 % left", "67 % left", "59 % left"]);
  assertMatch(texts(elements, "wait")[0], /^frees up at \d\d:\d\d:47$/);
  const [wait] = withClass(elements, "wait");
  assertEquals(withClass(elements, "share")[0].props.title, "92 % used");
  assertEquals(wait.props.title, "frees up in 47 s");
  for (const { props } of [withClass(elements, "share")[0], wait]) (props.onClick as () => void)();
  assertEquals(clicked, ["share", "time"]);
});
