import { h } from "preact";
import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { click, rendered, withClass } from "../../../tests/support/rendered.ts";
import { optionsButton } from "./OptionsButton.tsx";
import { Announcement, StatusNotice } from "./StatusNotice.tsx";

/** The notice for a state of the gallery. */
function notice(state: string, clicked: string[] = [], now = AT) {
  const elements = rendered(h(StatusNotice, {
    view: FIXTURES[state],
    now,
    onRetry: () => void clicked.push("retry"),
    optionsButton: (state) => optionsButton(state, () => clicked.push("options")),
  }));
  const text = (name: string) => withClass(elements, name).map(({ text }) => text)[0] ?? null;
  return { elements, text, buttons: elements.filter(({ tag }) => tag === "button").map(({ text }) => text) };
}

const BUTTONS: [state: string, buttons: string[], next: string | null][] = [
  ["live_normal", [], null],
  ["unconfigured", ["Connect to your service"], null],
  ["stale", ["Retry now"], "next try in 4 s"],
  ["offline", ["Retry now"], "next try in 12 s"],
  ["refused", ["Check options", "Retry now"], "next try in 58 s"],
  ["key_refused", ["Check options"], null],
  ["not_permitted", ["Check options"], null],
  ["outdated", ["Retry now"], null],
];

for (const [state, buttons, next] of BUTTONS) {
  Deno.test(`buttons in the state ${state}: ${buttons.join(", ") || "none"}${next ? `, ${next}` : ""}`, () => {
    const shown = notice(state);
    assertEquals([shown.buttons, shown.text("next")], [buttons, next]);
  });
}

Deno.test("a button calls its own command", () => {
  const clicked: string[] = [];
  const { elements } = notice("refused", clicked);
  click(elements, "Retry now");
  click(elements, "Check options");
  assertEquals(clicked, ["retry", "options"]);
});

Deno.test("where a retry cannot help no button offers one", () => {
  const elements = rendered(h(StatusNotice, { view: FIXTURES.refused, now: AT }));
  assertEquals(elements.filter(({ tag }) => tag === "button"), []);
});

Deno.test("without an options page no button leads to it", () => {
  for (const [state, buttons] of [["unconfigured", []], ["refused", ["Retry now"]]] as const) {
    const elements = rendered(h(StatusNotice, { view: FIXTURES[state], now: AT, onRetry: () => {} }));
    assertEquals(elements.filter(({ tag }) => tag === "button").map(({ text }) => text), [...buttons]);
  }
});

Deno.test("a next try whose time has come is not counted below zero", () => {
  assertEquals(notice("offline", [], AT + 13_000).text("next"), "");
});

Deno.test("a status with an end says since when, and when what happens", () => {
  assertMatch(notice("rate_limited").text("when")!, /^Since \d\d:\d\d · opens at \d\d:\d\d$/);
  assertMatch(notice("warning").text("when")!, /^Since \d\d:\d\d · frees up at \d\d:\d\d \(in 47 s\)$/);
  assertMatch(notice("nearly_full").text("when")!, /^Since \d\d:\d\d · resets \w+ \d\d:\d\d \(in 14 h 00 min\)$/);
});

Deno.test("a status without an end promises none, and a normal one has no time", () => {
  assertMatch(notice("quota_exceeded").text("when")!, /^Since \d\d:\d\d$/);
  assertEquals(notice("live_normal").text("when"), null);
});

Deno.test("an action has its command or its link, which opens elsewhere and tells nothing about this page", () => {
  const parts = (state: string) => {
    const { elements } = notice(state);
    const [link] = elements.filter(({ tag }) => tag === "a").map(({ props }) => props);
    return [elements.find(({ tag }) => tag === "code")?.text ?? null, link?.href ?? null, link?.rel ?? null];
  };
  assertEquals(parts("offline_empty"), ["npm start", null, null]);
  assertEquals(parts("quota_exceeded"), [null, "https://platform.openai.com/usage", "noreferrer"]);
  assertEquals(parts("warning"), [null, null, null]);
});

Deno.test("a detail and an action are shown only where there is one", () => {
  assertEquals(notice("rate_limited").text("detail"), "500 of 500 requests in the last 60 s");
  assertEquals([notice("connecting_first").text("detail"), notice("connecting_first").text("action")], [null, null]);
});

Deno.test("a screen reader hears the level, which has no number, and nothing else", () => {
  const [announced] = rendered(h(Announcement, { view: FIXTURES.rate_limited }));
  assertEquals([announced.props.role, announced.text], ["status", "Full"]);
});

Deno.test("no announcement has a number: it would be read again on each change of the number", () => {
  for (const [state, view] of Object.entries(FIXTURES)) {
    const [announced] = rendered(h(Announcement, { view }));
    assert(announced.text !== "" && !/\d/.test(announced.text), state);
  }
});

Deno.test("wall times are the service's, also where this machine's clock is an hour off", () => {
  const right = notice("rate_limited").text("when");
  const view = { ...FIXTURES.rate_limited, clock_offset_ms: 3_600_000, confirmed_at: AT - 3_600_000 };
  const props = { view, now: AT - 3_600_000, onRetry: () => {} };
  assertEquals(withClass(rendered(h(StatusNotice, props)), "when")[0].text, right);
});
