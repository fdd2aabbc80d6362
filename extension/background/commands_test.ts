import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { statusBody } from "../../tests/support/statuses.ts";
import type { PollResult } from "../connection/machine.ts";
import type { Settings } from "../state/settings.ts";
import { type CommandDeps, runCommand } from "./commands.ts";

const SETTINGS: Settings = { server_url: "127.0.0.1:8787", workspace_id: "Acme", chat_page: "" };

class FakeDeps implements CommandDeps {
  readonly done: string[] = [];
  saved: Settings | null = null;
  allowed: (pattern: string) => boolean = () => true;
  result: PollResult = { kind: "status", status: statusBody() };

  reconnect(): Promise<void> {
    return this.#do("reconnect");
  }
  save(settings: Settings): Promise<void> {
    this.saved = settings;
    return this.#do("save");
  }
  openOptions(): Promise<void> {
    return this.#do("open_options");
  }
  mayReach(patterns: string[]): Promise<boolean> {
    return Promise.resolve(patterns.every(this.allowed));
  }
  async pollStatus(): Promise<PollResult> {
    await this.#do("poll");
    return this.result;
  }
  #do(what: string): Promise<void> {
    this.done.push(what);
    return Promise.resolve();
  }
}

Deno.test("a content script may retry and open the options, and nothing else", async () => {
  const deps = new FakeDeps();
  const answers = [];
  for (const type of ["retry", "open_options", "test", "save", "toString", undefined]) {
    answers.push((await runCommand({ type, settings: SETTINGS }, false, deps)).ok);
  }
  answers.push((await runCommand(null, false, deps)).ok, (await runCommand("save", false, deps)).ok);
  assertEquals(answers, [true, true, false, false, false, false, false, false]);
  assertEquals(deps.done, ["reconnect", "open_options"]);
});

Deno.test("test reports the service's answer and saves nothing", async () => {
  const deps = new FakeDeps();
  const { ok, sentence } = await runCommand({ type: "test", settings: SETTINGS }, true, deps);
  assertEquals([ok, sentence], [true, 'Connected to http://127.0.0.1:8787: workspace "acme" is normal.']);
  deps.result = { kind: "refused", sentence: "No workspace." };
  assertEquals(await runCommand({ type: "test", settings: SETTINGS }, true, deps), {
    ok: false,
    sentence: "No workspace.",
  });
  assertEquals(deps.saved, null);
});

Deno.test("FAULT 58: a service without permission is not requested", async () => {
  const deps = new FakeDeps();
  deps.allowed = () => false;
  const { ok, sentence } = await runCommand({ type: "test", settings: SETTINGS }, true, deps);
  assertEquals([ok, deps.done], [false, []]);
  assertStringIncludes(sentence, "http://127.0.0.1:8787");
});

Deno.test("save stores the normalized settings", async () => {
  const deps = new FakeDeps();
  assert((await runCommand({ type: "save", settings: SETTINGS }, true, deps)).ok);
  assertEquals(deps.saved, { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" });
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
