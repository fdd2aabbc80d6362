import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import type { ListedWorkspace } from "../../shared/workspace.ts";
import type { Settings, WidgetSite } from "../state/settings.ts";
import { type CommandDeps, runCommand } from "./commands.ts";

const SETTINGS: Settings = { server_url: "127.0.0.1:8787", workspace_id: "Acme", chat_page: "" };

class FakeDeps implements CommandDeps {
  readonly done: string[] = [];
  saved: Settings | null = null;
  allowed: (pattern: string) => boolean = () => true;
  key: string | null = null;

  reconnect(): Promise<void> {
    return this.#do("reconnect");
  }
  save(settings: Settings, key: string | null): Promise<void> {
    Object.assign(this, { saved: settings, key });
    return this.#do("save");
  }
  chooseWorkspace(workspace_id: string | null): Promise<void> {
    return this.#do(`choose ${workspace_id}`);
  }
  listWorkspaces(): Promise<ListedWorkspace[]> {
    return Promise.resolve([{ workspace_id: "acme", status: "normal", percentage: 40.1 }]);
  }
  openOptions(): Promise<void> {
    return this.#do("open_options");
  }
  changeSite(change: Partial<WidgetSite>): Promise<void> {
    return this.#do(`site ${JSON.stringify(change)}`);
  }
  mute(muted: boolean): Promise<void> {
    return this.#do(muted ? "mute" : "unmute");
  }
  mayReach(patterns: string[]): Promise<boolean> {
    return Promise.resolve(patterns.every(this.allowed));
  }
  #do(what: string): Promise<void> {
    this.done.push(what);
    return Promise.resolve();
  }
}

Deno.test("a content script may retry, open the options, mute notices and change its widget, and nothing else", async () => {
  const deps = new FakeDeps();
  const answers = [];
  for (
    const type of ["retry", "open_options", "mute", "change_site", "unmute", "test", "save", "toString", undefined]
  ) {
    answers.push((await runCommand({ type, settings: SETTINGS }, false, deps)).ok);
  }
  answers.push((await runCommand(null, false, deps)).ok, (await runCommand("save", false, deps)).ok);
  assertEquals(answers, [true, true, true, true, false, false, false, false, false, false, false]);
  assertEquals(deps.done, ["reconnect", "open_options", "mute", "site {}"]);
});

Deno.test("the extension's own pages mute notices and show them again", async () => {
  const deps = new FakeDeps();
  assert((await runCommand({ type: "mute" }, true, deps)).ok && (await runCommand({ type: "unmute" }, true, deps)).ok);
  assertEquals(deps.done, ["mute", "unmute"]);
});

Deno.test("save stores the normalized settings", async () => {
  const deps = new FakeDeps();
  assert((await runCommand({ type: "save", settings: SETTINGS }, true, deps)).ok);
  assertEquals(deps.saved, { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" });
});

Deno.test("save passes a new key, and none where the page sent none", async () => {
  const deps = new FakeDeps();
  await runCommand({ type: "save", settings: SETTINGS, key: "qg_read_1" }, true, deps);
  assertEquals(deps.key, "qg_read_1");
  await runCommand({ type: "save", settings: SETTINGS }, true, deps);
  assertEquals(deps.key, null);
});

Deno.test("save stores no invalid settings", async () => {
  const deps = new FakeDeps();
  assertEquals((await runCommand({ type: "save", settings: { ...SETTINGS, workspace_id: "" } }, true, deps)).ok, false);
  assertEquals((await runCommand({ type: "save" }, true, deps)).ok, false);
  assertEquals(deps.saved, null);
});

Deno.test("save names the address whose permission is missing", async () => {
  const deps = new FakeDeps();
  deps.allowed = (pattern) => pattern === "http://127.0.0.1/*";
  const settings = { ...SETTINGS, chat_page: "https://chat.example" };
  const { ok, sentence } = await runCommand({ type: "save", settings }, true, deps);
  assertEquals([ok, deps.saved?.chat_page], [false, "https://chat.example/"]);
  assertStringIncludes(sentence, "https://chat.example");
});

Deno.test("save names the service's address before the chat page's", async () => {
  const deps = new FakeDeps();
  deps.allowed = () => false;
  const settings = { ...SETTINGS, chat_page: "https://chat.example" };
  const { ok, sentence } = await runCommand({ type: "save", settings }, true, deps);
  assertEquals([ok, deps.done], [false, ["save"]]);
  assertStringIncludes(sentence, "http://127.0.0.1:8787");
});

Deno.test("a command that the browser refuses gives its reason and does not throw", async () => {
  const deps = new FakeDeps();
  deps.reconnect = () => Promise.reject(new Error("No window is open."));
  const { ok, sentence } = await runCommand({ type: "retry" }, false, deps);
  assertEquals(ok, false);
  assertStringIncludes(sentence, "No window is open.");
});

Deno.test("a workspace is chosen by its id, or null for the one closest to a limit", async () => {
  const deps = new FakeDeps();
  const choose = (workspace_id: unknown) => runCommand({ type: "choose_workspace", workspace_id }, true, deps);
  assertEquals(await choose("Acme"), { ok: true, sentence: "Showing acme." });
  assertEquals(await choose(null), { ok: true, sentence: "Showing the workspace closest to a limit." });
  assertEquals(await choose("../etc"), { ok: false, sentence: "This is not a workspace." });
  assertEquals(deps.done, ["choose acme", "choose null"]);
});

Deno.test("a chat page learns no other workspaces and chooses none", async () => {
  const deps = new FakeDeps();
  const { ok, workspaces } = await runCommand({ type: "list_workspaces" }, false, deps);
  assertEquals([ok, workspaces], [false, undefined]);
  assertEquals((await runCommand({ type: "choose_workspace", workspace_id: null }, false, deps)).ok, false);
  assertEquals((await runCommand({ type: "list_workspaces" }, true, deps)).workspaces?.length, 1);
  assertEquals(deps.done, []);
});
