import { h } from "preact";
import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { NO_COMMANDS, POPUP_STATES } from "../../../tests/gallery/popup_states.ts";
import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { click, rendered, withClass } from "../../../tests/support/rendered.ts";
import { WidgetPanel } from "../../widget/WidgetPanel.tsx";
import { Popup } from "./Popup.tsx";

/** The popup for a state of the gallery. Its commands are noted in `clicked`. */
function popupOf(state: string, clicked: unknown[] = []) {
  const note = (name: string) => (...args: unknown[]) => void clicked.push(args.length ? [name, ...args] : name);
  return rendered(h(Popup, {
    ...POPUP_STATES[state],
    now: AT,
    onRetry: note("retry"),
    onOpenOptions: note("options"),
    onChooseWorkspace: note("choose"),
    onPrefer: note("prefer"),
    onMute: note("mute"),
    onCopy: note("copy"),
    onShowPanel: note("show"),
  }));
}

/** The popup, and the panel of the widget, for a view of the gallery. */
function surfaces(state: string, clicked: unknown[] = []) {
  const panel = rendered(h(WidgetPanel, {
    view: FIXTURES[state],
    now: AT,
    onRetry: () => void clicked.push("retry"),
    onOpenOptions: () => void clicked.push("options"),
  }));
  return { popup: popupOf(state, clicked), panel };
}

const STATES: [state: string, numbers: "current" | "dimmed" | "placeholders" | "none"][] = [
  ["live_normal", "current"],
  ["polling", "current"],
  ["warning", "current"],
  ["stale", "dimmed"],
  ["offline", "dimmed"],
  ["connecting_cached", "dimmed"],
  ["connecting", "placeholders"],
  ["connecting_first", "placeholders"],
  ["unconfigured", "none"],
  ["offline_empty", "none"],
  ["refused", "none"],
  ["no_limits", "none"],
];

for (const [state, numbers] of STATES) {
  Deno.test(`popup and panel in the state ${state}: ${numbers} numbers`, () => {
    for (const elements of Object.values(surfaces(state))) {
      const [meters] = withClass(elements, "meters");
      const isDimmed = withClass([meters].filter(Boolean), "dimmed").length > 0;
      const isPlaceholder = withClass([meters].filter(Boolean), "skeleton").length > 0;
      assertEquals(!meters ? "none" : isPlaceholder ? "placeholders" : isDimmed ? "dimmed" : "current", numbers);
    }
  });
}

Deno.test("numbers that are not current are dimmed as a whole surface, in every state", () => {
  for (const [state, { connection }] of Object.entries(FIXTURES)) {
    const isLive = (connection === "live" || connection === "polling") && state !== "unknown_status";
    for (const [root] of Object.values(surfaces(state))) {
      assertEquals(withClass([root], "dimmed").length, isLive ? 0 : 1, state);
      assertEquals(root.props["data-connection"], connection);
    }
  }
});

Deno.test("the title is the workspace, or the product before it is set up", () => {
  const title = (state: string) =>
    Object.values(surfaces(state)).map((elements) => elements.find(({ tag }) => /^h[12]$/.test(tag))!.text);
  assertEquals([title("live_normal"), title("unconfigured")], [["acme", "acme"], ["Quota Gauge", "Quota Gauge"]]);
});

Deno.test("each button does what it says", () => {
  const clicked: unknown[] = [];
  for (const elements of Object.values(surfaces("refused", clicked))) {
    for (const name of ["Retry now", "Check options", "Options"]) click(elements, name);
  }
  assertEquals(clicked, ["retry", "options", "options", "retry", "options", "options"]);
});

Deno.test("totals are in the popup alone, and only with numbers", () => {
  const { popup, panel } = surfaces("warning");
  assertEquals([popup, panel].map((elements) => withClass(elements, "totals").length), [1, 0]);
  assertEquals(withClass(popupOf("offline_empty"), "totals"), []);
});

const FOOTERS: [state: string, text: RegExp][] = [
  ["live_normal", /^127\.0\.0\.1:8787$/],
  ["muted", /^Notices muted until .*\d\d:\d\d$/],
  ["copied", /^Diagnostics copied\.$/],
];

for (const [state, text] of FOOTERS) {
  Deno.test(`the footer in the state ${state}`, () => {
    assertMatch(withClass(popupOf(state), "host").map((each) => each.text).join(""), text);
  });
}

Deno.test("before it is set up there is nothing to refresh", () => {
  const names = (state: string) => popupOf(state).map(({ props }) => props["aria-label"]).filter(Boolean);
  assert(names("live_normal").includes("Refresh"));
  assert(!names("unconfigured").includes("Refresh"));
});

const ENTRIES: [state: string, name: string, command: unknown][] = [
  ["live_normal", "Show what is left", ["prefer", { share: "left" }]],
  ["left_at_times", "Show what is used", ["prefer", { share: "used" }]],
  ["live_normal", "Show times of day", ["prefer", { time: "absolute" }]],
  ["left_at_times", "Show countdowns", ["prefer", { time: "relative" }]],
  ["live_normal", "Mute notices until the limits reset", ["mute", true]],
  ["muted", "Show notices again", ["mute", false]],
  ["live_normal", "Copy diagnostics", "copy"],
];

for (const [state, name, command] of ENTRIES) {
  Deno.test(`the menu in the state ${state}: ${name}`, () => {
    const clicked: unknown[] = [];
    click(popupOf(state, clicked), name);
    assertEquals(clicked, [command]);
  });
}

Deno.test("without numbers the menu has no command for them", () => {
  const entries = popupOf("unconfigured").filter(({ props }) => props.popovertargetaction === "hide");
  assertEquals(entries.map(({ text }) => text), ["Copy diagnostics"]);
});

Deno.test("the menu leads to OpenAI's limits page, which learns nothing about this page", () => {
  const [link] = popupOf("live_normal").filter(({ tag }) => tag === "a").map(({ props }) => props);
  assertEquals([link.href, link.rel], ["https://platform.openai.com/settings/organization/limits", "noreferrer"]);
});

Deno.test("a click on a share or a wait shows the other form, which is stored", () => {
  const clicked: unknown[] = [];
  const elements = popupOf("left_at_times", clicked);
  for (const name of ["share", "wait"]) (withClass(elements, name)[0].props.onClick as () => void)();
  assertEquals(clicked, [["prefer", { share: "used" }], ["prefer", { time: "relative" }]]);
});

Deno.test("the popup offers a hidden panel again, and only then", () => {
  const shows = (panel_hidden: boolean) => {
    const elements = rendered(h(Popup, { ...POPUP_STATES.live_normal, panel_hidden, now: AT, ...NO_COMMANDS }));
    return elements.some(({ tag, text }) => tag === "button" && text === "Show the panel in the chat page");
  };
  assertEquals([shows(true), shows(false)], [true, false]);
});
