import { fake, FakePort, turn } from "../../tests/support/fake_browser.ts";
import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { meter, statusBody, wire } from "../../tests/support/statuses.ts";
import { speaking } from "../../tests/support/speaking.ts";
import type { StatusBody } from "../../shared/quota.ts";
import type { View } from "../../shared/view.ts";
import type { ListedWorkspace } from "../../shared/workspace.ts";
import { DEFAULT_SITE } from "../state/widget_site.ts";
import { KEY_KEY } from "../state/stored_key.ts";
import { NOTICE_SETTINGS_KEY, type NoticeSettings, SETTINGS_KEY } from "../state/settings.ts";
import { VIEW_KEY } from "../state/stored_view.ts";
import { Background } from "./background.ts";
import type { SurfacePort } from "./surfaces.ts";

const SETTINGS = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "http://localhost:3000/chat" };
const POPUP = "chrome-extension://abcdef/popup.html";

/** A WebSocket without a network. The test acts as the service. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static opened: FakeSocket[] = [];
  readyState = 0;
  readonly sent: string[] = [];
  constructor(readonly url: string) {
    super();
    FakeSocket.opened.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
  deliverStatus(more: Partial<StatusBody> = {}): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
    const update = { type: "quota_update", data: statusBody(more), timestamp: wire(fake.clock.now()) };
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(update) }));
  }
}

/** Requests that were sent: address and key. */
let requests: [url: string, authorization: string | undefined][] = [];

/** The workspaces that the service lists. */
let listed: ListedWorkspace[] = [];

Object.assign(globalThis, {
  WebSocket: FakeSocket,
  fetch: (url: string, { headers }: { headers: Record<string, string> }) => {
    requests.push([url, headers.authorization]);
    if (url.includes("/workspaces")) return Promise.resolve(Response.json({ data: listed }));
    return Promise.resolve(Response.json({ ticket: "t1" }, { status: 201 }));
  },
});

/** The background with these stored settings, in a browser that lets it reach its addresses. */
async function opened(settings: Partial<typeof SETTINGS> | null = {}): Promise<Background> {
  if (settings) fake.local.items[SETTINGS_KEY] = { ...SETTINGS, ...settings };
  const background = await Background.open();
  await turn();
  return background;
}

/** A surface that shows the background's views. */
class Surface extends FakePort {
  constructor(background: Background, url = POPUP) {
    super("view", { url });
    background.addSurface(this as unknown as SurfacePort);
  }
  get types(): string[] {
    return this.posted.map((message) => (message as { type: string }).type);
  }
  get view(): View {
    return (this.posted.findLast((message) => "view" in (message as object)) as { view: View }).view;
  }
}

function backgroundTest(name: string, test: () => Promise<void>): void {
  Deno.test(name, async () => {
    fake.reset();
    fake.allowed = new Set(["http://127.0.0.1/*", "http://localhost/*", "https://tools.acme.dev/*"]);
    FakeSocket.opened = [];
    requests = [];
    listed = [];
    await test();
  });
}

function socketUrls(): string[] {
  return FakeSocket.opened.map(({ url }) => url);
}

backgroundTest("without settings it asks to be set up, opens no socket and does not wake", async () => {
  fake.alarms.set("wake", {});
  const background = await opened(null);
  assertEquals([background.configured, socketUrls(), fake.alarms.size], [false, [], 0]);
  assertEquals(new Surface(background).view.connection, "unconfigured");
  assertEquals(fake.argumentsOf("setBadgeText"), [{ text: "set" }]);
});

backgroundTest("with settings it connects to the service and wakes every half minute", async () => {
  const background = await opened();
  assertEquals([background.configured, socketUrls()], [true, [
    "ws://127.0.0.1:8787/api/quota/ws?workspace_id=acme",
  ]]);
  assertEquals(fake.argumentsOf("alarms.create"), [{ periodInMinutes: 0.5 }]);
});

backgroundTest("in Firefox it wakes before the event page's 30 s are over", async () => {
  location.protocol = "moz-extension:";
  await opened();
  location.protocol = "chrome-extension:";
  const [{ periodInMinutes }] = fake.argumentsOf("alarms.create") as [{ periodInMinutes: number }];
  assert(periodInMinutes < 0.5);
});

backgroundTest("a running alarm is not started again, which would postpone it", async () => {
  await opened();
  await opened();
  assertEquals(fake.argumentsOf("alarms.create").length, 1);
});

backgroundTest(
  "without permission for the service nothing is sent to it, and the view says which address",
  async () => {
    fake.allowed.delete("http://127.0.0.1/*");
    const { view } = new Surface(await opened());
    assertEquals([socketUrls(), requests, view.connection], [[], [], "not_permitted"]);
    assertStringIncludes(view.problem!, SETTINGS.server_url);
  },
);

backgroundTest("a status reaches surfaces, badge and storage", async () => {
  const surface = new Surface(await opened());
  FakeSocket.opened[0].deliverStatus();
  await turn();
  assertEquals([surface.view.connection, surface.view.status?.seq], ["live", 1]);
  assertEquals(fake.argumentsOf("setBadgeText").at(-1), { text: "12" });
  assertEquals((fake.session.items[VIEW_KEY] as View).status?.seq, 1);
});

backgroundTest("a background that starts again shows the stored status, not as current", async () => {
  await opened();
  FakeSocket.opened[0].deliverStatus();
  await turn();
  const { view } = new Surface(await opened());
  assertEquals([view.status?.seq, view.connection], [1, "connecting"]);
});

backgroundTest("an alarm makes the connection send what is due", async () => {
  const background = await opened();
  const [socket] = FakeSocket.opened;
  socket.deliverStatus();
  // A new clock knows no timer of the old one.
  fake.clock = new ManualClock(fake.clock.now() + 20_000);
  background.tick();
  assertEquals(socket.sent, ['{"type":"ping"}']);
});

backgroundTest("the key is sent to its own service alone", async () => {
  fake.local.items[KEY_KEY] = { key: "qg_read_1", server_url: SETTINGS.server_url };
  await opened();
  assertEquals(requests, [[`${SETTINGS.server_url}/api/quota/ticket`, "Bearer qg_read_1"]]);
  requests = [];
  await opened({ server_url: "https://tools.acme.dev" });
  assertEquals(requests, []);
});

backgroundTest("a page can ask for a new connection once a second, also after the clock was set back", async () => {
  const background = await opened();
  const attempts = async () => {
    const before = FakeSocket.opened.length;
    await background.reconnect();
    await turn();
    return FakeSocket.opened.length - before;
  };
  assertEquals([await attempts(), await attempts()], [1, 0]);
  fake.clock.advance(999);
  assertEquals(await attempts(), 0);
  fake.clock.advance(1);
  assertEquals(await attempts(), 1);
  fake.clock = new ManualClock(0);
  assertEquals(await attempts(), 1);
});

backgroundTest("a live connection that is asked to connect again confirms its numbers and stays live", async () => {
  const background = await opened();
  const [socket] = FakeSocket.opened;
  socket.deliverStatus();
  const surface = new Surface(background);
  await background.reconnect();
  assertEquals([socket.sent, FakeSocket.opened.length, surface.view.connection], [['{"type":"ping"}'], 1, "live"]);
});

backgroundTest("saved settings apply now and after a restart", async () => {
  const background = await opened();
  await background.save({ ...SETTINGS, server_url: "https://tools.acme.dev", workspace_id: "blue" }, "qg_read_2");
  await turn();
  assertEquals(requests, [["https://tools.acme.dev/api/quota/ticket", "Bearer qg_read_2"]]);
  const target = "wss://tools.acme.dev/api/quota/ws?workspace_id=blue";
  assertEquals(socketUrls().slice(1), [target]);
  await opened(null);
  assertEquals(socketUrls().slice(2), [target]);
});

backgroundTest("a service keeps its key when other settings are saved, and loses it to another service", async () => {
  const background = await opened();
  await background.save(SETTINGS, "qg_read_1");
  await background.save({ ...SETTINGS, workspace_id: "blue" }, null);
  const key = () => (fake.local.items[KEY_KEY] as { key: string } | null)?.key;
  assertEquals(key(), "qg_read_1");
  await background.save({ ...SETTINGS, server_url: "https://tools.acme.dev" }, null);
  await background.save(SETTINGS, null);
  assertEquals(key(), undefined);
});

backgroundTest("with another chat page the widget moves: old ones leave, new tabs get it", async () => {
  const background = await opened();
  const old = new Surface(background, SETTINGS.chat_page);
  await background.save({ ...SETTINGS, chat_page: "https://tools.acme.dev/chat" }, null);
  assertEquals([...old.types.slice(0, 3), old.types.at(-1)], ["language", "site", "view", "leave"]);
  assertEquals(fake.argumentsOf("tabs.query"), [{ url: "https://tools.acme.dev/*", discarded: false }]);
  assertEquals(new Surface(background, "https://tools.acme.dev/chat").types, ["language", "site", "view"]);
});

backgroundTest("settings without a service end the connection and the alarm", async () => {
  const background = await opened();
  await background.save({ server_url: "", workspace_id: "acme", chat_page: "" }, null);
  assertEquals([FakeSocket.opened[0].readyState, fake.alarms.size, background.configured], [3, 0, false]);
});

backgroundTest("notices are muted until the day's limits reset, and shown again on request", async () => {
  const background = await opened();
  FakeSocket.opened[0].deliverStatus();
  const mutedUntil = () => (fake.local.items[NOTICE_SETTINGS_KEY] as NoticeSettings).muted_until;
  await background.mute(true);
  assertEquals(mutedUntil(), fake.clock.now() + 12 * 3_600_000);
  await background.mute(false);
  assertEquals(mutedUntil(), null);
});

backgroundTest("a status that reaches a threshold is offered to open surfaces", async () => {
  const surface = new Surface(await opened());
  FakeSocket.opened[0].deliverStatus();
  FakeSocket.opened[0].deliverStatus({
    seq: 2,
    stats: { ...statusBody().stats, requests_per_minute: meter(460, 500) },
  });
  await turn();
  assertEquals(surface.types.slice(-2), ["view", "notice"]);
});

backgroundTest("the popup opens on request, in a tab where no window is open", async () => {
  const background = await opened();
  await background.openPopup();
  fake.has_window = false;
  await background.openPopup();
  assertEquals(fake.argumentsOf("openPopup").length, 1);
  assertEquals(fake.argumentsOf("tabs.create"), [{ url: POPUP }]);
});

backgroundTest("the options page opens on request", async () => {
  await (await opened()).openOptions();
  assertEquals(fake.argumentsOf("openOptionsPage").length, 1);
});

/** Lists `acme` and `blue` with these shares. */
function list(acme: number, blue: number): void {
  listed = [
    { workspace_id: "acme", status: "normal", percentage: acme },
    { workspace_id: "blue", status: "normal", percentage: blue },
  ];
}

const shownWorkspaces = () => socketUrls().map((url) => url.split("workspace_id=")[1]);

backgroundTest("a chosen workspace is shown now and after a restart", async () => {
  list(90, 10);
  await (await opened()).chooseWorkspace("blue");
  await turn();
  await opened(null);
  assertEquals(shownWorkspaces(), ["acme", "blue", "blue"]);
});

backgroundTest("the workspace closest to a limit is shown, and another one as soon as that is closer", async () => {
  list(10, 90);
  const background = await opened();
  assertEquals((await background.listWorkspaces()).map(({ workspace_id }) => workspace_id), ["blue", "acme"]);
  await background.chooseWorkspace(null);
  await turn();
  assertEquals(shownWorkspaces(), ["acme", "blue"]);
  await opened(null);
  assertEquals(shownWorkspaces().slice(2), ["blue"], "after a restart");
  list(95, 90);
  background.tick();
  await turn();
  assertEquals(shownWorkspaces().slice(3), ["acme"]);
});

backgroundTest("workspaces are listed only to find the one closest to a limit", async () => {
  (await opened()).tick();
  await turn();
  assertEquals(requests, []);
});

backgroundTest("settings for another workspace end the search for the closest one", async () => {
  list(10, 90);
  const background = await opened();
  await background.chooseWorkspace(null);
  await background.save({ ...SETTINGS, workspace_id: "green" }, null);
  background.tick();
  await turn();
  assertEquals(shownWorkspaces(), ["acme", "blue", "green"]);
});

backgroundTest("a preference for the closest workspace applies when another page or browser stores it", async () => {
  list(10, 90);
  const background = await opened();
  await fake.sync.set({ workspace: "tightest" });
  await background.followPreferences();
  await fake.sync.set({ workspace: "chosen" });
  await background.followPreferences();
  await turn();
  assertEquals(shownWorkspaces().filter((each, at, all) => each !== all[at - 1]), ["acme", "blue", "acme"]);
});

backgroundTest("where a policy names the workspace there is nothing to choose", async () => {
  list(10, 90);
  fake.managed.items.workspace_id = "acme";
  assertEquals(await (await opened()).listWorkspaces(), []);
});

backgroundTest("before it is set up there are no workspaces to list", async () => {
  assertEquals(await (await opened(null)).listWorkspaces(), []);
  assertEquals(requests, []);
});

backgroundTest("without live updates it polls at the chosen interval; a change of either connects anew", async () => {
  fake.sync.items = { live_updates: false, refresh_seconds: 30 };
  const background = await opened();
  await turn();
  assertEquals([socketUrls(), requests.map(([url]) => url.split("?")[0])], [[], [
    `${SETTINGS.server_url}/api/quota/status`,
  ]]);
  fake.sync.items.live_updates = true;
  await background.followPreferences();
  assertEquals(socketUrls().length, 1);
  await background.followPreferences();
  assertEquals(socketUrls().length, 1, "nothing has changed");
});

backgroundTest(
  "the organization's policy wins over stored and typed settings, and applies as soon as it changes",
  async () => {
    fake.managed.items = { workspace_id: "blue", live_updates: true };
    fake.sync.items = { live_updates: false };
    const background = await opened();
    await background.save({ ...SETTINGS, workspace_id: "green" }, null);
    assertEquals(shownWorkspaces(), ["blue", "blue"]);
    fake.managed.items = { workspace_id: "../invalid", server_url: "http://localhost:9999/w/red/v1" };
    fake.sync.items = {};
    await background.followPolicy();
    assertEquals(socketUrls().at(-1), "ws://localhost:9999/api/quota/ws?workspace_id=red");
  },
);

backgroundTest("the key of the former service is not sent to the one that the organization sets", async () => {
  fake.local.items[KEY_KEY] = { key: "qg_read_1", server_url: SETTINGS.server_url };
  const background = await opened();
  await turn();
  requests = [];
  fake.managed.items = { server_url: "https://tools.acme.dev" };
  await background.followPolicy();
  await turn();
  assertEquals(requests.filter(([, authorization]) => authorization !== undefined), []);
});

backgroundTest("choices for the chat page's widget are stored by its origin and reach the widget", async () => {
  const background = await opened();
  const widget = new Surface(background, SETTINGS.chat_page);
  await background.changeSite({ spot: "top-left" });
  assertEquals(widget.types.at(-1), "site");
  const origin = new URL(SETTINGS.chat_page).origin;
  assertEquals(fake.local.items.widget_sites, { [origin]: { ...DEFAULT_SITE, spot: "top-left" } });
});

backgroundTest("a new language reaches badge and surfaces", async () => {
  using _ = speaking("en");
  const background = await opened(null);
  const popup = new Surface(background);
  const { fetch } = globalThis;
  globalThis.fetch = () => Promise.resolve(Response.json({ set: "leer" }));
  fake.sync.items.language = "de";
  await background.followPreferences().finally(() => globalThis.fetch = fetch);
  assertEquals([popup.types, fake.argumentsOf("setBadgeText").at(-1)], [["language", "view", "language", "view"], {
    text: "leer",
  }]);
});
