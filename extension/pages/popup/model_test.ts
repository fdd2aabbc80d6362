import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import type { Command, CommandResult } from "../../state/messages.ts";
import { PopupModel } from "./model.ts";

const WORKSPACES = [{ workspace_id: "acme", status: "normal", percentage: 40.1 }];

/** A popup whose background gives this answer. */
function popup(answer: Partial<CommandResult> = {}) {
  const seen: { sent: Command[]; preferred: unknown[]; copied: string[]; closed: number } = {
    sent: [],
    preferred: [],
    copied: [],
    closed: 0,
  };
  let muted_until: number | null = null;
  let panel_hidden = true;
  const model = new PopupModel(FIXTURES.live_normal, {
    now: () => 1_000,
    send: (command) => {
      seen.sent.push(command);
      if (command.type === "mute") muted_until = 9_000;
      if (command.type === "unmute") muted_until = null;
      if (command.type === "change_site") panel_hidden = false;
      return Promise.resolve({ ok: true, sentence: "Done.", ...answer });
    },
    prefer: (changed) => Promise.resolve(void seen.preferred.push(changed)),
    readMutedUntil: () => Promise.resolve(muted_until),
    readLastHour: () => Promise.resolve([1, 2]),
    readPanelHidden: () => Promise.resolve(panel_hidden),
    copy: (text) =>
      answer.ok === false ? Promise.reject(new Error("denied")) : Promise.resolve(void seen.copied.push(text)),
    close: () => void seen.closed++,
    version: "1.2.3",
    user_agent: "Firefox",
  });
  return { model, seen };
}

Deno.test("the popup asks for its workspaces, and needs none", async () => {
  const { model, seen } = popup({ workspaces: WORKSPACES });
  await model.load();
  assertEquals([seen.sent, model.state.workspaces], [[{ type: "list_workspaces" }], WORKSPACES]);
  const older = popup();
  await older.model.load();
  assertEquals(older.model.state.workspaces, []);
});

Deno.test("the last hour is that of the workspace on show", async () => {
  const { model } = popup();
  await model.loadLastHour();
  assertEquals(model.state.last_hour, [1, 2]);
  model.set({ last_hour: null });
  const loading = model.loadLastHour();
  model.set({ view: { ...FIXTURES.live_normal, workspace_id: "another" } });
  await loading;
  assertEquals(model.state.last_hour, null);
});

Deno.test("a workspace is chosen, or the one closest to a limit, and the switch says so immediately", async () => {
  const { model, seen } = popup();
  const shown = [];
  for (const id of [null, "blue"]) {
    const chosen = model.onChooseWorkspace(id);
    shown.push(model.state.preferences.workspace);
    await chosen;
  }
  assertEquals(shown, ["tightest", "chosen"]);
  assertEquals(seen.sent.map((command) => "workspace_id" in command ? command.workspace_id : ""), [null, "blue"]);
});

Deno.test("a preference shows immediately and is stored", async () => {
  const { model, seen } = popup();
  const stored = model.onPrefer({ share: "left" });
  assertEquals(model.state.preferences.share, "left");
  await stored;
  assertEquals(seen.preferred, [{ share: "left" }]);
});

Deno.test("muting tells its end, and can be undone", async () => {
  const { model } = popup({ sentence: "Notices are muted." });
  await model.onMute(true);
  assertEquals([model.state.muted_until, model.state.said], [9_000, "Notices are muted."]);
  await model.onMute(false);
  assertEquals(model.state.muted_until, null);
});

Deno.test("diagnostics are copied, and a refusal of the browser is told", async () => {
  const { model, seen } = popup();
  await model.onCopy();
  assertEquals([seen.copied.length, model.state.said], [1, "Diagnostics copied."]);
  assertStringIncludes(seen.copied[0], '"workspace_id": "acme"');
  const refused = popup({ ok: false });
  await refused.model.onCopy();
  assertEquals(refused.model.state.said, "Cannot copy: the browser refused.");
});

Deno.test("a refresh tells only its failure, and the options close the popup", async () => {
  const fine = popup();
  await fine.model.onRetry();
  await fine.model.onOpenOptions();
  assertEquals([fine.model.state.said, fine.seen.closed], ["", 1]);
  const failed = popup({ ok: false, sentence: "The extension was updated." });
  await failed.model.onRetry();
  assertEquals(failed.model.state.said, "The extension was updated.");
});

Deno.test("a panel that was hidden in the chat page is shown again", async () => {
  const { model, seen } = popup();
  await model.load();
  assertEquals(model.state.panel_hidden, true);
  await model.onShowPanel();
  assertEquals(model.state.panel_hidden, false);
  assertEquals(seen.sent.at(-1), { type: "change_site", change: { hidden_until: null } });
});
