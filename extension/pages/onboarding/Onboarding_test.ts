import { h } from "preact";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { click, rendered, withClass } from "../../../tests/support/rendered.ts";
import { DEFAULT_SETTINGS } from "../../state/settings.ts";
import { Onboarding } from "./Onboarding.tsx";
import { SetUp } from "./set_up.ts";

const RESULT = { ok: true, sentence: "It works." };

function page(server_url = "", browser: "chromium" | "firefox" = "chromium") {
  let finished = 0;
  const setUp = new SetUp({ ...DEFAULT_SETTINGS, server_url }, {
    send: () => Promise.resolve(RESULT),
    ask: () => Promise.resolve(true),
    test: () => Promise.resolve(RESULT),
    redeem: () => Promise.resolve({ sentence: "No." }),
    allowed: () => Promise.resolve(true),
    isPinned: () => Promise.resolve(null),
    focus() {},
    finish: () => finished++,
  });
  const draw = () =>
    rendered(h(Onboarding, { view: FIXTURES.live_normal, setUp, browser, managed: new Set(["server_url"]) }));
  return { setUp, draw, finished: () => finished };
}

/** The state of each step, as its class says it. */
function states(draw: () => ReturnType<typeof rendered>): string[] {
  return withClass(draw(), "step").map(({ props }) => String(props.class).replace("step ", ""));
}

Deno.test("each step shows whether it is done, skipped, open or to do", () => {
  const { setUp, draw } = page("https://quota.acme.dev");
  assertEquals(states(draw), ["done", "done", "done", "current", "todo"]);
  click(draw(), "Continue");
  setUp.skipChat();
  assertEquals(states(draw), ["done", "done", "done", "done", "skipped"]);
  const current = draw().filter(({ props }) => props["aria-current"] === "step");
  assertEquals(current.length, 0);
});

Deno.test("a finished step is opened again by its button, and stays done meanwhile for the others", () => {
  const { draw } = page("https://quota.acme.dev");
  const change = draw().find(({ props }) => props["aria-label"] === "Change: Connect to your service")!;
  (change.props.onClick as () => void)();
  assertEquals(states(draw), ["current", "done", "done", "todo", "todo"]);
});

Deno.test("both ways to start a service have a button that copies them", () => {
  const elements = page().draw();
  assertEquals(withClass(elements, "address").map(({ text }) => text), ["npx quota-gauge", "npm start"]);
  const labels = elements.map(({ props }) => props["aria-label"]);
  assertEquals(labels.filter((label) => String(label).startsWith("Copy")), ["Copy npx quota-gauge", "Copy npm start"]);
});

for (const [browser, word] of [["chromium", "then the pin"], ["firefox", "Pin to Toolbar"]] as const) {
  Deno.test(`the hint how to pin describes ${browser}`, () => {
    const { draw } = page("https://quota.acme.dev", browser);
    assertStringIncludes(draw()[0].text, word);
  });
}

Deno.test("at the end stands the base URL, and the button to the settings", () => {
  const { setUp, draw, finished } = page("https://quota.acme.dev");
  setUp.skipChat();
  assertEquals(withClass(draw(), "address").map(({ text }) => text), ["http://127.0.0.1:8787/w/acme/v1"]);
  click(draw(), "Open the settings");
  assertEquals(finished(), 1);
});

Deno.test("an address that the organization has set cannot be changed", () => {
  const input = page().draw().find(({ props }) => props.id === "server_url")!;
  assertEquals(input.props.readOnly, true);
});
