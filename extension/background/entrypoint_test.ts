/** The background's entry point. Its folder holds entry points alone, so the test is here. */
import { fake, FakePort, turn } from "../../tests/support/fake_browser.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { SETTINGS_KEY } from "../state/settings.ts";
import entrypoint from "../entrypoints/background.ts";

const SETTINGS = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "http://localhost:3000/chat" };
const POPUP = "chrome-extension://abcdef/popup.html";
const PAGE = "http://localhost:3000/chat";

/** Sockets that the background has opened, by address. */
let sockets: string[] = [];

class FakeSocket extends EventTarget {
  constructor(url: string) {
    super();
    sockets.push(url);
  }
  close(): void {}
}

Object.assign(globalThis, { WebSocket: FakeSocket });

/** Starts the background in a browser that lets it reach its addresses. */
async function start(settings: typeof SETTINGS | null = SETTINGS): Promise<void> {
  fake.reset();
  fake.allowed = new Set(["http://127.0.0.1/*", "http://localhost/*"]);
  if (settings) fake.local.items[SETTINGS_KEY] = settings;
  sockets = [];
  entrypoint.main();
  await turn();
}

/** The view that a new popup gets. */
async function view(): Promise<{ connection: string }> {
  const port = new FakePort("view", { url: POPUP });
  fake.events.connect.emit(port);
  await turn();
  return (port.posted.at(-1) as { view: { connection: string } }).view;
}

async function sendFrom(url: string | undefined, message: unknown): Promise<{ ok: boolean; sentence: string }> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  fake.events.message.emit(message, { url }, resolve);
  return await promise as { ok: boolean; sentence: string };
}

Deno.test("every listener is registered in the first turn: a browser wakes a worker for no other", async () => {
  fake.reset();
  fake.allowed.add("notifications");
  entrypoint.main();
  const counts = Object.entries(fake.events).map(([name, event]) => [name, event.count]);
  assertEquals(counts.filter(([, count]) => count !== 1), []);
  assertEquals([fake.sync, fake.managed].map(({ onChanged }) => onChanged.count), [1, 1]);
  await turn();
});

Deno.test("content scripts may not read the stored key", async () => {
  await start();
  assertEquals(fake.local.accessLevel, "TRUSTED_CONTEXTS");
});

Deno.test("an event that wakes the background is handled once its settings are read", async () => {
  fake.reset();
  fake.allowed.add("http://127.0.0.1/*");
  fake.local.items[SETTINGS_KEY] = SETTINGS;
  entrypoint.main();
  assertEquals((await view()).connection, "connecting");
});

Deno.test("a fresh installation opens the options; an update, and one with settings, does not", async () => {
  const openings = async (settings: typeof SETTINGS | null, reason: string) => {
    await start(settings);
    fake.events.installed.emit({ reason });
    await turn();
    return fake.argumentsOf("openOptionsPage").length;
  };
  assertEquals(await openings(null, "install"), 1);
  assertEquals([await openings(null, "update"), await openings(SETTINGS, "install")], [0, 0]);
});

Deno.test("the browser's command shows the panel of the chat page again", async () => {
  await start();
  fake.local.items.widget_sites = {};
  fake.events.command.emit("show-panel");
  await turn();
  const [site] = Object.values(fake.local.items.widget_sites as Record<string, { hidden_until: unknown }>);
  assertEquals(site.hidden_until, null);
});

for (const name of ["installed", "startup"] as const) {
  Deno.test(`the widget is placed in the chat page after the event ${name}`, async () => {
    await start();
    if (name === "installed") fake.events.installed.emit({ reason: "update" });
    else fake.events.startup.emit();
    await turn();
    assertEquals(fake.argumentsOf("registerContentScripts").length, 1);
  });
}

Deno.test("a permission that is removed ends the connection, and one that is added makes it and places the widget", async () => {
  await start();
  fake.allowed.clear();
  fake.events.permissionsRemoved.emit();
  await turn();
  assertEquals([(await view()).connection, sockets.length], ["not_permitted", 1]);
  fake.clock.advance(1_000);
  fake.allowed = new Set(["http://127.0.0.1/*", "http://localhost/*"]);
  fake.events.permissionsAdded.emit();
  await turn();
  assertEquals([(await view()).connection, sockets.length], ["connecting", 2]);
  assertEquals(fake.argumentsOf("registerContentScripts").length, 1);
});

Deno.test("an alarm ticks the connection, also where the worker's timers have ended", async () => {
  await start();
  for (const later_ms of [10_000, 50_000]) {
    // A new clock knows no timer of the old one.
    fake.clock = new ManualClock(fake.clock.now() + later_ms);
    fake.events.alarm.emit();
    await turn();
  }
  // The first socket did not open in time and was given up; the second tick opened another.
  assertEquals(sockets.length, 2);
});

Deno.test("commands of the extension's own pages are run; a web page may only retry and open the options", async () => {
  await start();
  const save = { type: "save", settings: { ...SETTINGS, workspace_id: "blue" } };
  for (const url of [PAGE, "https://evil.example/chrome-extension://abcdef/", undefined]) {
    assertEquals((await sendFrom(url, save)).ok, false);
  }
  assertEquals((fake.local.items[SETTINGS_KEY] as typeof SETTINGS).workspace_id, "acme");
  assertEquals((await sendFrom(PAGE, { type: "open_options" })).ok, true);
  assertEquals((await sendFrom(POPUP, save)).ok, true);
  assertEquals((fake.local.items[SETTINGS_KEY] as typeof SETTINGS).workspace_id, "blue");
});

Deno.test("where the storage cannot be read, a command's answer says that the extension could not start", async () => {
  fake.reset();
  fake.local.get = () => Promise.reject(new Error("the disk is full"));
  entrypoint.main();
  const { ok, sentence } = await sendFrom(POPUP, { type: "retry" });
  assertEquals([ok, sentence], [false, "The extension could not start: Error: the disk is full"]);
});

Deno.test("a changed preference and a changed policy are applied", async () => {
  await start();
  assertEquals(sockets.length, 1);
  await fake.sync.set({ live_updates: false });
  await turn();
  assertEquals(sockets.length, 1, "no further socket");
  await fake.managed.set({ live_updates: true });
  await turn();
  assertEquals(sockets.length > 1, true);
});
