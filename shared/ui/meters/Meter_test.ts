import { h } from "preact";
import { AT, at, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { type Rendered, rendered, withClass } from "../../../tests/support/rendered.ts";
import { Meters } from "./Meters.tsx";
import { ProviderLimits } from "./ProviderLimits.tsx";
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
  assertEquals([lengths("used", "width"), lengths("reserved", "width"), lengths("tick", "left")], [
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
  return rendered(h(Totals, { usage, now: AT }));
};

Deno.test("totals are exact up to 10,000, then short with the exact number in the tooltip", () => {
  const counts = totals({ calls: 9_999, failed: 0, input_tokens: 10_000, output_tokens: 1_284_310 })
    .filter(({ tag }) => tag === "dd");
  assertEquals(counts.map(({ text }) => text), ["9,999", "0", "10k", "1.2M"]);
  assertEquals(counts.map(({ props }) => props.title), ["9,999", "0", "10,000", "1,284,310"]);
});

Deno.test("estimated tokens are said, and only where there are some", () => {
  const notes = (estimated_calls: number) => totals({ estimated_calls }).filter(({ tag }) => tag === "p");
  assertEquals(notes(0), []);
  assertEquals(notes(1).map(({ text }) => text), ["Tokens of 1 call are estimated, not counted."]);
  assertEquals(notes(2).map(({ text }) => text), ["Tokens of 2 calls are estimated, not counted."]);
});

const STATUS = FIXTURES.warning.status!;
const [POOL] = STATUS.provider;
const limits = (provider: typeof STATUS.provider) =>
  rendered(h(ProviderLimits, { status: { ...STATUS, provider }, offset_ms: 5_000, now: AT }));

Deno.test("the provider's limits are a table for each pool, with their age on the service's clock", () => {
  assertEquals(limits([]), []);
  const captions = limits([POOL, { ...POOL, pool: "o5", observed_at: at(-55) }]).filter(({ tag }) => tag === "caption");
  assertEquals(captions.map(({ text }) => text), ["gpt-5.4 reported 7 s ago", "o5 reported 1 min ago"]);
});

Deno.test("of our count and the provider's, the smaller headroom is marked", () => {
  const marked = (remaining: number) => {
    const requests = { ...POOL.requests!, remaining };
    return texts(limits([{ ...POOL, requests, tokens: null }]), "decides");
  };
  assertEquals([marked(12), marked(499)], [["12"], ["41"]]);
});
