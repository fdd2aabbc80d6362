import { h } from "preact";
import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { click, rendered, withClass } from "../../../tests/support/rendered.ts";
import { Panel } from "../../widget/Panel.tsx";
import { Popup } from "./Popup.tsx";

/** The popup, and the panel of the widget, for a state of the gallery. */
function surfaces(state: string, clicked: string[] = []) {
  const props = {
    view: FIXTURES[state],
    now: AT,
    onRetry: () => void clicked.push("retry"),
    onOpenOptions: () => void clicked.push("options"),
  };
  return { popup: rendered(h(Popup, props)), panel: rendered(h(Panel, props)) };
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
  const clicked: string[] = [];
  for (const elements of Object.values(surfaces("refused", clicked))) {
    for (const name of ["Retry now", "Check options", "Options"]) click(elements, name);
  }
  assertEquals(clicked, ["retry", "options", "options", "retry", "options", "options"]);
});

Deno.test("totals and the provider's limits are in the popup alone, and only with numbers", () => {
  const { popup, panel } = surfaces("warning");
  const parts = (elements: typeof popup) =>
    ["totals", "provider-limits"].map((name) => withClass(elements, name).length);
  assertEquals([parts(popup), parts(panel)], [[1, 1], [0, 0]]);
  assertEquals(parts(surfaces("offline_empty").popup), [0, 0]);
  const [host] = withClass(popup, "host");
  assert(host.text.includes("127.0.0.1:8787"));
});
