import { effect } from "@preact/signals";
import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import type { Command } from "../../state/messages.ts";
import type { Settings } from "../../state/settings.ts";
import { OptionsForm } from "./form.ts";

const GOOD: Settings = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" };

type Logged = Settings | Command | [did: string, ...what: (Settings | string | null)[]];

const FAILED = { ok: false, sentence: "It does not work." };

function setUp(stored: Settings, allowed = true, works = true) {
  const log: Logged[] = [];
  const form = new OptionsForm(stored, {
    ask: (settings) => (log.push(settings), Promise.resolve(allowed)),
    test: (settings, key) => {
      log.push(["test", settings, key]);
      return Promise.resolve(works ? { ok: true, sentence: "It works." } : FAILED);
    },
    redeem: (server_url, code) => {
      log.push(["redeem", server_url, code]);
      return Promise.resolve(works ? { key: "qg_read_1", workspace_id: "blue" } : { sentence: FAILED.sentence });
    },
    send: (command) => (log.push(command), Promise.resolve({ ok: true, sentence: "It works." })),
  });
  return { form, log };
}

Deno.test("the permission is requested synchronously during the click", async () => {
  const { form, log } = setUp(GOOD);
  const saved = form.save();
  assertEquals(log, [GOOD]);
  await saved;
  assertEquals(log, [GOOD, { type: "save", settings: GOOD }]);
});

Deno.test("FAULT 58: another service needs its own permission before it is saved", async () => {
  const { form, log } = setUp(GOOD, false);
  form.fields.type("server_url", "https://quota.example");
  await form.save();
  assertEquals(log, [{ ...GOOD, server_url: "https://quota.example" }]);
});

Deno.test("FAULT 58: a service without permission is not requested by a test, and gets no key", async () => {
  const { form, log } = setUp(GOOD, false);
  form.fields.type("secret", "qg_read_2");
  await form.test();
  assertEquals(log, [GOOD]);
});

Deno.test("the normalized settings are saved and shown", async () => {
  const { form, log } = setUp({ server_url: "localhost:8787/", workspace_id: "Acme", chat_page: "" });
  await form.save();
  const settings = { server_url: "http://localhost:8787", workspace_id: "acme", chat_page: "" };
  assertEquals(log.at(-1), { type: "save", settings });
  assertEquals(form.fields.typed, { ...settings, chat_selector: "", secret: "" });
});

Deno.test("a test ignores the chat page and keeps the typed text", async () => {
  const { form, log } = setUp(GOOD);
  form.fields.type("chat_page", "no page");
  await form.test();
  assertEquals(log.at(-1), ["test", GOOD, null]);
  assertEquals(form.fields.typed.chat_page, "no page");
});

Deno.test("save reports the fault of each field, sends nothing and returns the first field", async () => {
  const { form, log } = setUp({ ...GOOD, server_url: "http://", workspace_id: "../etc" });
  assertEquals(await form.save(), "server_url");
  assertEquals(log, []);
  assertMatch(form.fields.faults.server_url ?? "", /service's address/);
  assertMatch(form.fields.faults.workspace_id ?? "", /workspace/);
});

Deno.test("the chat page is saved alone: the connection stays as it was saved last", async () => {
  const { form, log } = setUp(GOOD);
  form.fields.type("server_url", "not yet saved");
  form.fields.type("chat_page", "chat.acme.dev");
  await form.saveChat();
  const settings = { ...GOOD, chat_page: "http://chat.acme.dev/" };
  assertEquals(log, [settings, { type: "save", settings }]);
  assertEquals([form.fields.typed.server_url, form.fields.typed.chat_page], ["not yet saved", settings.chat_page]);
});

Deno.test("the place of the panel is saved with the chat page, stays when the connection is saved, and can be emptied", async () => {
  const { form, log } = setUp(GOOD);
  form.fields.type("chat_selector", " #composer ");
  await form.saveChat();
  await form.save();
  const settings = { ...GOOD, chat_selector: "#composer" };
  assertEquals(log, [settings, { type: "save", settings }, settings, { type: "save", settings }]);
  assertEquals(form.fields.typed.chat_selector, "#composer");
  form.fields.type("chat_selector", "");
  await form.saveChat();
  assertEquals(log.at(-1), { type: "save", settings: GOOD });
});

Deno.test("the connection is saved with the chat page that was saved last", async () => {
  const { form, log } = setUp({ ...GOOD, chat_page: "https://chat.acme.dev/" });
  form.fields.type("chat_page", "https://other.acme.dev");
  await form.save();
  assertEquals(log.at(-1), { type: "save", settings: { ...GOOD, chat_page: "https://chat.acme.dev/" } });
});

Deno.test("a chat page with a fault is neither asked for nor saved", async () => {
  const { form, log } = setUp(GOOD);
  form.fields.type("chat_page", "mailto://x");
  assertEquals([await form.saveChat(), log], ["chat_page", []]);
  assertMatch(form.fields.faults.chat_page ?? "", /page/);
});

Deno.test("a fault removes the result of an earlier click", async () => {
  const { form } = setUp(GOOD);
  await form.save();
  assertEquals(form.outcome?.result?.ok, true);
  form.fields.type("secret", "sk-1");
  await form.save();
  assertEquals(form.outcome, null);
});

Deno.test("a fault appears when the field loses the focus and disappears while it is corrected", () => {
  const { form } = setUp(GOOD);
  form.fields.type("workspace_id", "-");
  assert(!form.fields.faults.workspace_id);
  form.fields.check("workspace_id");
  assert(form.fields.faults.workspace_id);
  form.fields.type("workspace_id", "a");
  assert(!form.fields.faults.workspace_id);
});

Deno.test("a component that reads the form sees each key, each check and each step of a command", async () => {
  const { form } = setUp(GOOD);
  const seen: string[] = [];
  const stop = effect(() => {
    seen.push(
      [form.fields.typed.workspace_id, form.fields.faults.workspace_id ? "fault" : "", form.busy ? "busy" : ""].join(
        " ",
      ),
    );
  });
  form.fields.type("workspace_id", "-");
  form.fields.check("workspace_id");
  form.fields.type("workspace_id", "b");
  await form.save();
  stop();
  assertEquals(seen.filter((state, at) => state !== seen[at - 1]), [
    "acme  ",
    "-  ",
    "- fault ",
    "b fault ",
    "b  ",
    "b  busy",
    "b  ",
  ]);
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
  assertEquals(form.outcome?.result?.ok, false);
  assertMatch(form.outcome?.result?.sentence ?? "", /not allowed/);
});

Deno.test("a permission that could not be requested is a denied one", async () => {
  const { form, log } = setUp(GOOD);
  form.deps.ask = () => Promise.reject(new Error("This function must be called during a user gesture"));
  form.fields.type("secret", "qg_read_2");
  await form.save();
  assertEquals([log, form.outcome?.result?.ok], [[], false]);
});

function withSecret(secret: string, works = true) {
  const made = setUp(GOOD, true, works);
  made.form.fields.type("secret", secret);
  return made;
}

Deno.test("a pairing code is redeemed after the permission; its key and workspace are saved and the field is cleared", async () => {
  const { form, log } = withSecret("abcdefgh");
  await form.save();
  const settings = { ...GOOD, workspace_id: "blue" };
  assertEquals(log, [GOOD, ["redeem", GOOD.server_url, "ABCD-EFGH"], { type: "save", settings, key: "qg_read_1" }]);
  assertEquals(form.fields.typed, { ...settings, chat_selector: "", secret: "" });
});

Deno.test("nothing is saved when a code is refused, and it stays in its field", async () => {
  const { form, log } = withSecret("abcdefgh", false);
  await form.save();
  assertEquals(log.length, 2);
  assertEquals([form.outcome?.result, form.fields.typed.secret], [FAILED, "abcdefgh"]);
});

Deno.test("a code is not redeemed without the permission", async () => {
  const { form, log } = setUp(GOOD, false);
  form.fields.type("secret", "abcdefgh");
  await form.save();
  assertEquals(log, [GOOD]);
});

Deno.test("a pasted key is saved once the service accepts it, and the field is cleared", async () => {
  const { form, log } = withSecret(" qg_read_2 ");
  await form.save();
  assertEquals(log, [GOOD, ["test", GOOD, "qg_read_2"], { type: "save", settings: GOOD, key: "qg_read_2" }]);
  assertEquals(form.fields.typed.secret, "");
});

Deno.test("a pasted key that is refused is not saved", async () => {
  const { form, log } = withSecret("qg_read_2", false);
  await form.save();
  assertEquals(log.length, 2);
  assertEquals(form.outcome?.result, FAILED);
});

Deno.test("a test uses a pasted key, and leaves a code unused", async () => {
  const pasted = withSecret("qg_read_2");
  await pasted.form.test();
  assertEquals(pasted.log.at(-1), ["test", GOOD, "qg_read_2"]);
  const typed = withSecret("ABCD-EFGH");
  await typed.form.test();
  assertEquals(typed.log, [GOOD]);
  assertMatch(typed.form.outcome?.result?.sentence ?? "", /works only once/);
});

Deno.test("text that is neither code nor key is a fault, which does not repeat it", async () => {
  const { form, log } = withSecret("qg_admin_topsecret");
  assertEquals(await form.save(), "secret");
  assertEquals(log, []);
  assertMatch(form.fields.faults.secret ?? "", /ABCD-EFGH/);
  assert(!form.fields.faults.secret?.includes("topsecret"));
});

Deno.test("an SDK's base URL gives address and workspace; a wrong workspace in it is the address's fault", async () => {
  const { form, log } = setUp({ ...GOOD, workspace_id: "-" });
  form.fields.type("server_url", "https://tools.acme.dev/quota/w/blue/v1");
  await form.save();
  const settings = { ...GOOD, server_url: "https://tools.acme.dev/quota", workspace_id: "blue" };
  assertEquals(log.at(-1), { type: "save", settings });
  form.fields.type("server_url", "https://tools.acme.dev/w/-/v1");
  assertEquals(await form.save(), "server_url");
  assertMatch(form.fields.faults.server_url ?? "", /Cannot use "-" as a workspace/);
});
