import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../state/settings.ts";
import { SetUp, type SetUpDeps } from "./set_up.ts";

const SERVICE = "https://quota.acme.dev";
const WORKS = { ok: true, sentence: "It works." };
const FAILS = { ok: false, sentence: "It does not work." };

/** A set-up on a page whose answers the test chooses, with a log of what it asked, in words. */
function setUp(deps: Partial<SetUpDeps> = {}, stored: Settings = DEFAULT_SETTINGS) {
  const log: string[] = [];
  const logged = <T>(line: string, answer: T) => (log.push(line), Promise.resolve(answer));
  const made = new SetUp(stored, {
    allowed: ({ server_url }) => logged(`allowed? ${server_url}`, true),
    ask: ({ server_url, chat_page }) => logged(`ask ${server_url || chat_page}`, true),
    test: ({ workspace_id }, key) => logged(`test ${workspace_id} ${key}`, WORKS),
    redeem: (_, code) => logged(`redeem ${code}`, { key: "qg_read_1", workspace_id: "blue" }),
    send(command) {
      const of = command.type === "save" ? `${command.settings.workspace_id} ${command.settings.chat_page}` : "";
      return logged(`${command.type} ${of}`.trim(), WORKS);
    },
    isPinned: () => Promise.resolve(false),
    focus: (id) => log.push(`focus ${id}`),
    finish: () => log.push("finish"),
    ...deps,
  });
  return { made, log };
}

function texts({ notes }: SetUp): Record<string, string> {
  return Object.fromEntries(Object.entries(notes).map(([step, note]) => [step, note.text]));
}

Deno.test("the address of a local service is suggested; it needs no permission, is tested, then saved", async () => {
  const { made, log } = setUp();
  assertEquals(made.fields.typed.server_url, "http://127.0.0.1:8787");
  await made.connect();
  assertEquals(log, [
    "allowed? http://127.0.0.1:8787",
    "focus step-test",
    "test default null",
    "save default",
    "test default null",
    "focus step-pin",
  ]);
  assertEquals(texts(made), {
    connect: "http://127.0.0.1:8787",
    allow: "Not needed for a service on this machine",
    test: "It works.",
  });
});

Deno.test("a permission has its own step and is asked for synchronously during its click", async () => {
  const { made, log } = setUp({ allowed: () => Promise.resolve(false) });
  made.fields.type("server_url", `${SERVICE}/w/acme/v1`);
  await made.connect();
  assertEquals([made.step, made.host, log], ["allow", "quota.acme.dev", ["focus step-allow"]]);
  const allowing = made.allow();
  assertEquals(log.at(-1), `ask ${SERVICE}`);
  await allowing;
  assertEquals([made.step, made.notes.allow?.text, made.fields.typed.workspace_id], ["pin", "Allowed", "acme"]);
});

for (const ask of [() => Promise.resolve(false), () => Promise.reject(new Error("no gesture"))]) {
  Deno.test(`a permission that is not given (${ask}) is explained, and nothing is tested or saved`, async () => {
    const { made, log } = setUp({ ask, allowed: () => Promise.resolve(false) });
    made.fields.type("server_url", SERVICE);
    await made.connect();
    await made.allow();
    assertEquals([made.step, made.busy, log], ["allow", false, ["focus step-allow"]]);
    assertMatch(made.problem ?? "", /not allowed/);
  });
}

Deno.test("a fault gets the focus, and nothing is asked", async () => {
  const { made, log } = setUp();
  made.fields.type("server_url", "my server:8787");
  await made.connect();
  assertEquals([made.step, log], ["connect", ["focus server_url"]]);
  assert(made.fields.faults.server_url);
});

Deno.test("a pairing code is redeemed once; its workspace is saved and tested, and the field is cleared", async () => {
  const { made, log } = setUp();
  made.fields.type("secret", "abcd efgh");
  await made.connect();
  assertEquals(log.slice(2), ["redeem ABCD-EFGH", "save blue", "test blue null", "focus step-pin"]);
  assertEquals([made.fields.typed.secret, made.fields.typed.workspace_id], ["", "blue"]);
});

Deno.test("a refused code, key or service is explained and not saved; a second try goes on", async () => {
  let works = false;
  const test = () => Promise.resolve(works ? WORKS : FAILS);
  const redeem = () => Promise.resolve({ sentence: "Cannot pair." });
  for (
    const [secret, sentence] of [["", "It does not work."], ["qg_read_1", "It does not work."], [
      "ABCDEFGH",
      "Cannot pair.",
    ]]
  ) {
    works = false;
    const { made, log } = setUp({ test, redeem });
    made.fields.type("secret", secret);
    await made.connect();
    assertEquals([made.step, made.problem], ["test", sentence]);
    assertEquals(log.filter((line) => line.startsWith("save")), []);
    works = true;
    made.fields.type("secret", "");
    await made.test();
    assertEquals([made.step, made.problem], ["pin", null]);
  }
});

Deno.test("a code that was redeemed is not lost when the test after it fails", async () => {
  const { made, log } = setUp({ test: () => Promise.resolve(FAILS) });
  made.fields.type("secret", "ABCDEFGH");
  await made.connect();
  assertEquals([made.step, made.problem, log.includes("save blue")], ["test", FAILS.sentence, true]);
});

Deno.test("the pin's step knows whether the extension is on the toolbar, and is skipped where it is not", async () => {
  let pinned: boolean | null = false;
  const { made } = setUp({ isPinned: () => Promise.resolve(pinned) }, { ...DEFAULT_SETTINGS, server_url: SERVICE });
  await made.lookAtToolbar();
  made.leavePin();
  assertEquals([made.step, made.notes.pin], ["chat", { text: "Not pinned", skipped: true }]);
  pinned = true;
  await made.lookAtToolbar();
  made.leavePin();
  assertEquals([made.pinned, made.notes.pin], [true, { text: "Pinned" }]);
});

Deno.test("the chat page is asked for during the click and saved with the connection", async () => {
  const { made, log } = setUp({}, { ...DEFAULT_SETTINGS, server_url: SERVICE, workspace_id: "acme" });
  made.leavePin();
  made.fields.type("chat_page", "https://chat.acme.dev/c/1");
  await made.showInChat();
  assertEquals(log.slice(1), [
    "ask https://chat.acme.dev/c/1",
    "save acme https://chat.acme.dev/c/1",
    "focus step-ready",
  ]);
  assertEquals(made.notes.chat, { text: "Shows on chat.acme.dev" });
});

Deno.test("the chat page may be skipped, also by leaving it empty; a fault or a denial keeps the step open", async () => {
  const stored = { ...DEFAULT_SETTINGS, server_url: SERVICE };
  const { made } = setUp({ ask: () => Promise.resolve(false) }, stored);
  made.leavePin();
  made.fields.type("chat_page", "mailto://x");
  await made.showInChat();
  assertEquals([made.step, Boolean(made.fields.faults.chat_page)], ["chat", true]);
  made.fields.type("chat_page", "https://chat.acme.dev");
  await made.showInChat();
  assertMatch(made.problem ?? "", /not allowed/);
  made.fields.type("chat_page", "");
  await made.showInChat();
  assertEquals([made.step, made.notes.chat?.skipped], ["ready", true]);
});

Deno.test("a page that is loaded again continues after the test", () => {
  const { made } = setUp({}, { ...DEFAULT_SETTINGS, server_url: SERVICE, chat_page: "https://chat.acme.dev/" });
  assertEquals([made.step, Object.keys(made.notes)], ["pin", ["connect", "allow", "test", "chat"]]);
});

Deno.test("a second click while a command runs does nothing", async () => {
  const { made, log } = setUp({ allowed: () => Promise.resolve(false) });
  made.fields.type("server_url", SERVICE);
  await made.connect();
  await Promise.all([made.allow(), made.allow()]);
  assertEquals(log.filter((line) => line.startsWith("ask")).length, 1);
});
