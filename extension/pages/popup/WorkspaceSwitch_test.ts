import { h } from "preact";
import { POPUP_STATES } from "../../../tests/gallery/popup_states.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { rendered } from "../../../tests/support/rendered.ts";
import type { PopupState } from "./Popup.tsx";
import { WorkspaceSwitch } from "./WorkspaceSwitch.tsx";

function switchOf(state: PopupState, chosen: unknown[] = []) {
  const elements = rendered(h(WorkspaceSwitch, { ...state, onChooseWorkspace: (id) => void chosen.push(id) }));
  const [list] = elements.filter(({ tag }) => tag === "select");
  return {
    list,
    options: elements.filter(({ tag }) => tag === "option").map(({ text }) => text),
    choose: (value: string) => (list.props.onChange as (event: unknown) => void)({ currentTarget: { value } }),
  };
}

Deno.test("a key for one workspace has nothing to switch", () => {
  assertEquals(switchOf(POPUP_STATES.live_normal).list, undefined);
  const [one] = POPUP_STATES.workspaces.workspaces;
  assertEquals(switchOf({ ...POPUP_STATES.live_normal, workspaces: [one] }).list, undefined);
});

Deno.test("the list has each workspace with its share, after an entry for the one closest to a limit", () => {
  const { list, options } = switchOf(POPUP_STATES.workspaces);
  assertEquals(list.props.value, "acme");
  assertEquals(options, [
    "Closest to a limit",
    "nightly-batch · full",
    "blue · 93 % used",
    "acme · 41 % used",
    "default · no limit",
  ]);
});

Deno.test("the first entry names the closest workspace while it is followed, also before the service has listed it", () => {
  const { list, options } = switchOf(POPUP_STATES.workspaces_tightest);
  const name = "the-quarterly-forecasting-and-planning-workspace-of-team-zebra-7";
  assertEquals([list.props.value, ...options.slice(0, 2)], ["", `Closest to a limit: ${name}`, `${name} · 99 % used`]);
});

Deno.test("the share of the workspace on show is the current one", () => {
  const { status } = POPUP_STATES.warning.view;
  const view = { ...POPUP_STATES.workspaces.view, status };
  assertEquals(switchOf({ ...POPUP_STATES.workspaces, view }).options[3], "acme · 92 % used");
});

Deno.test("an entry is chosen by its id, the first one by no id", () => {
  const chosen: unknown[] = [];
  const { choose } = switchOf(POPUP_STATES.workspaces, chosen);
  choose("blue");
  choose("");
  assertEquals(chosen, ["blue", null]);
});
