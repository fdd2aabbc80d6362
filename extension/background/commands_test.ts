import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { statusBody } from "../../tests/support/statuses.ts";
import type { PollResult } from "../connection/machine.ts";
import type { Settings } from "../state/settings.ts";
import { type CommandDesk, obey } from "./commands.ts";

const SETTINGS: Settings = { server_url: "127.0.0.1:8787", workspace_id: "Acme", chat_page: "" };

class FakeDesk implements CommandDesk {
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

Deno.test("a page may retry and open the options, and nothing else", async () => {
  const desk = new FakeDesk();
  const answers = [];
  for (const type of ["retry", "open_options", "test", "save", "toString", undefined]) {
    answers.push((await obey({ type, settings: SETTINGS }, false, desk)).ok);
  }
  answers.push((await obey(null, false, desk)).ok, (await obey("save", false, desk)).ok);
  assertEquals(answers, [true, true, false, false, false, false, false, false]);
  assertEquals(desk.done, ["reconnect", "open_options"]);
});

Deno.test("test tells what it found, and saves nothing", async () => {
  const desk = new FakeDesk();
  const { ok, sentence } = await obey({ type: "test", settings: SETTINGS }, true, desk);
  assertEquals([ok, sentence], [true, 'Connected to http://127.0.0.1:8787: workspace "acme" is normal.']);
  desk.result = { kind: "refused", sentence: "No workspace." };
  assertEquals(await obey({ type: "test", settings: SETTINGS }, true, desk), { ok: false, sentence: "No workspace." });
  assertEquals(desk.saved, null);
});

Deno.test("FAULT 58: a service that the browser was not allowed to reach is not asked", async () => {
  const desk = new FakeDesk();
  desk.allowed = () => false;
  const { ok, sentence } = await obey({ type: "test", settings: SETTINGS }, true, desk);
  assertEquals([ok, desk.done], [false, []]);
  assertStringIncludes(sentence, "http://127.0.0.1:8787");
});

Deno.test("save stores the normal form", async () => {
  const desk = new FakeDesk();
  assert((await obey({ type: "save", settings: SETTINGS }, true, desk)).ok);
  assertEquals(desk.saved, { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" });
});

Deno.test("save stores nothing that cannot be used", async () => {
  const desk = new FakeDesk();
  assertEquals((await obey({ type: "save", settings: { ...SETTINGS, workspace_id: "" } }, true, desk)).ok, false);
  assertEquals((await obey({ type: "save" }, true, desk)).ok, false);
  assertEquals(desk.saved, null);
});

Deno.test("save says which permission is missing", async () => {
  const desk = new FakeDesk();
  desk.allowed = (pattern) => pattern === "http://127.0.0.1/*";
  const settings = { ...SETTINGS, chat_page: "https://chat.example" };
  const { ok, sentence } = await obey({ type: "save", settings }, true, desk);
  assertEquals([ok, desk.saved?.chat_page], [false, "https://chat.example/"]);
  assertStringIncludes(sentence, "https://chat.example");
});
