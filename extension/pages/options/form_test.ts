import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import type { Command } from "../../state/messages.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../state/settings.ts";
import { OptionsForm } from "./form.ts";

const GOOD: Settings = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" };

function setUp(stored: Settings, allowed = true) {
  const log: (Settings | Command)[] = [];
  const changes = { count: 0 };
  const form = new OptionsForm(stored, {
    ask: (settings) => (log.push(settings), Promise.resolve(allowed)),
    onChange: () => changes.count++,
    send: (command) => (log.push(command), Promise.resolve({ ok: true, sentence: "It works." })),
  });
  return { form, log, changes };
}

Deno.test("the address of a local service is suggested", () => {
  assertEquals(setUp(DEFAULT_SETTINGS).form.typed.server_url, "http://127.0.0.1:8787");
});

Deno.test("the permission is requested synchronously during the click", async () => {
  const { form, log } = setUp(GOOD);
  const saved = form.save();
  assertEquals(log, [GOOD]);
  await saved;
  assertEquals(log, [GOOD, { type: "save", settings: GOOD }]);
});

Deno.test("FAULT 58: another service needs its own permission before it is saved", async () => {
  const { form, log } = setUp(GOOD, false);
  form.type("server_url", "https://quota.example");
  await form.save();
  assertEquals(log, [{ ...GOOD, server_url: "https://quota.example" }]);
});

Deno.test("the normalized settings are saved and shown", async () => {
  const { form, log } = setUp({ server_url: "localhost:8787/", workspace_id: "Acme", chat_page: "" });
  await form.save();
  const settings = { server_url: "http://localhost:8787", workspace_id: "acme", chat_page: "" };
  assertEquals(log.at(-1), { type: "save", settings });
  assertEquals(form.typed, settings);
});

Deno.test("a test ignores the chat page and keeps the typed text", async () => {
  const { form, log } = setUp({ ...GOOD, chat_page: "no page" });
  await form.test();
  assertEquals(log.at(-1), { type: "test", settings: GOOD });
  assertEquals(form.typed.chat_page, "no page");
});

Deno.test("save reports the fault of each field, sends nothing and returns the first field", async () => {
  const { form, log } = setUp({ server_url: "http://", workspace_id: "../etc", chat_page: "mailto://x" });
  assertEquals(await form.save(), "server_url");
  assertEquals(log, []);
  assertMatch(form.faults.server_url ?? "", /service's address/);
  assertMatch(form.faults.workspace_id ?? "", /workspace/);
  assertMatch(form.faults.chat_page ?? "", /page/);
});

Deno.test("a fault appears when the field loses the focus and disappears while it is corrected", () => {
  const { form } = setUp(GOOD);
  form.type("workspace_id", "-");
  assert(!form.faults.workspace_id);
  form.check("workspace_id");
  assert(form.faults.workspace_id);
  form.type("workspace_id", "a");
  assert(!form.faults.workspace_id);
});

Deno.test("the page draws again after each key, each check and each step of a command", async () => {
  const { form, changes } = setUp(GOOD);
  form.type("workspace_id", "-");
  form.check("workspace_id");
  form.type("workspace_id", "b");
  assertEquals(changes.count, 3);
  await form.save();
  assertEquals(changes.count, 5);
  form.type("server_url", "http://");
  await form.save();
  assertEquals(changes.count, 7);
});

Deno.test("a second click while a command runs does nothing", async () => {
  const { form, log } = setUp(GOOD);
  await Promise.all([form.save(), form.save(), form.test()]);
  assertEquals(log.length, 2);
});

Deno.test("a denied permission is reported and nothing is sent", async () => {
  const { form, log } = setUp(GOOD, false);
  await form.save();
  assertEquals(log.length, 1);
  assertMatch(form.outcome?.result?.sentence ?? "", /not allowed/);
});
