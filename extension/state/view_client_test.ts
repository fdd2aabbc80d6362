import { fake, type FakePort, turn } from "../../tests/support/fake_browser.ts";
import { assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { statusBody } from "../../tests/support/statuses.ts";
import { EMPTY_VIEW, STALE_AFTER_MS, type View } from "../../shared/view.ts";
import { connectView, send, tell } from "./view_client.ts";

/** A live view that was confirmed `age` milliseconds ago. */
function view(seq: number, age = 0): View {
  const status = statusBody({ seq });
  const server_url = "http://127.0.0.1:8787";
  return { ...EMPTY_VIEW, connection: "live", server_url, status, confirmed_at: fake.clock.now() - age };
}

/** A page that shows views, as `seq connection`. */
class Page {
  readonly shown: string[] = [];
  left = 0;
  readonly stop: () => void;

  constructor(readStored?: () => Promise<View | undefined>) {
    const onView = ({ status, connection }: View) => void this.shown.push(`${status?.seq} ${connection}`);
    this.stop = connectView({ onView, readStored, onLeave: () => this.left++ });
    pages.push(this);
  }

  /** The port that was opened last. */
  get port(): FakePort {
    return fake.ports.at(-1)!;
  }

  receive(seq: number): void {
    this.port.onMessage.emit({ type: "view", view: view(seq) });
  }
}

const pages: Page[] = [];

/** A test in a new browser. */
function pageTest(name: string, test: () => Promise<void> | void): void {
  Deno.test(name, async () => {
    fake.reset();
    await test();
    for (const page of pages.splice(0)) page.stop();
  });
}

pageTest("a page shows each view that the background sends", () => {
  const page = new Page();
  assertEquals(fake.ports.map(({ name }) => name), ["view"]);
  page.receive(1);
  page.receive(2);
  assertEquals(page.shown, ["1 live", "2 live"]);
});

pageTest("the stored view is shown first", async () => {
  const page = new Page(() => Promise.resolve(view(1)));
  await turn();
  page.receive(2);
  assertEquals(page.shown, ["1 live", "2 live"]);
});

pageTest("a stored view that is read late does not replace the background's view", async () => {
  const page = new Page(() => Promise.resolve(view(1)));
  page.receive(2);
  await turn();
  assertEquals(page.shown, ["2 live"]);
});

pageTest("without a stored view, and after the page has stopped, nothing is shown", async () => {
  const empty = new Page(() => Promise.resolve(undefined));
  const stopped = new Page(() => Promise.resolve(view(1)));
  stopped.stop();
  await turn();
  assertEquals([empty.shown, stopped.shown], [[], []]);
});

pageTest("a view turns stale on time when the background sends no other", () => {
  const page = new Page();
  page.receive(1);
  fake.clock.advance(STALE_AFTER_MS - 1);
  assertEquals(page.shown, ["1 live"]);
  fake.clock.advance(1);
  assertEquals(page.shown, ["1 live", "1 stale"]);
});

pageTest("a newer view postpones the moment at which the page turns stale", () => {
  const page = new Page();
  page.receive(1);
  fake.clock.advance(STALE_AFTER_MS - 1);
  page.receive(2);
  fake.clock.advance(STALE_AFTER_MS - 1);
  assertEquals(page.shown, ["1 live", "2 live"]);
  fake.clock.advance(1);
  assertEquals(page.shown, ["1 live", "2 live", "2 stale"]);
});

pageTest("an old stored view is shown as stale from the start", async () => {
  const page = new Page(() => Promise.resolve(view(1, STALE_AFTER_MS)));
  await turn();
  fake.clock.advance(10 * STALE_AFTER_MS);
  assertEquals(page.shown, ["1 stale"]);
});

pageTest("a hidden page holds no timer, and shows its view's age when it is visible again", () => {
  const page = new Page();
  page.receive(1);
  fake.document.setVisibility("hidden");
  assertEquals(fake.clock.pending, 0);
  page.receive(2);
  assertEquals(fake.clock.pending, 0);
  fake.clock.advance(STALE_AFTER_MS);
  assertEquals(page.shown, ["1 live", "2 live"]);
  fake.document.setVisibility("visible");
  assertEquals(page.shown, ["1 live", "2 live", "2 stale"]);
});

pageTest("after a stop the port is closed, no view follows, and no port is opened", () => {
  const page = new Page();
  page.receive(1);
  page.stop();
  fake.clock.advance(STALE_AFTER_MS);
  fake.document.setVisibility("visible");
  assertEquals([fake.ports.map(({ isOpen }) => isOpen), page.shown, page.left], [[false], ["1 live"], 0]);
});

pageTest("the port is opened again half a second after the background died", () => {
  const page = new Page();
  page.port.onDisconnect.emit();
  fake.clock.advance(499);
  assertEquals(fake.ports.length, 1);
  fake.clock.advance(1);
  assertEquals(fake.ports.length, 2);
  page.receive(3);
  assertEquals([page.shown, page.left], [["3 live"], 0]);
});

pageTest("FAULT 55: a background that starts with an older view does not take numbers back", () => {
  const page = new Page();
  fake.clock.advance(1_000);
  page.receive(2);
  const starting = { ...view(1, 1_000), connection: "connecting" } as const;
  page.port.onMessage.emit({ type: "view", view: starting });
  page.port.onMessage.emit({ type: "view", view: { ...starting, workspace_id: "blue" } });
  page.port.onMessage.emit({ type: "view", view: view(1, 1_000) });
  assertEquals(page.shown, ["2 live", "2 connecting", "1 connecting", "1 live"]);
});

pageTest("a hidden page opens its port when it is shown, and only one", () => {
  fake.document.setVisibility("hidden");
  new Page();
  assertEquals(fake.ports.length, 0);
  fake.document.setVisibility("visible");
  fake.document.setVisibility("visible");
  assertEquals(fake.ports.length, 1);
});

pageTest("a hidden page whose background died does not wake it", () => {
  const page = new Page();
  fake.document.setVisibility("hidden");
  page.port.onDisconnect.emit();
  fake.clock.advance(60_000);
  assertEquals(fake.ports.length, 1);
  fake.document.setVisibility("visible");
  assertEquals(fake.ports.length, 2);
});

for (const persisted of [true, false]) {
  pageTest(`pageshow ${persisted ? "from the back/forward cache opens" : "of a new page does not open"} a port`, () => {
    const page = new Page();
    fake.document.visibilityState = "hidden";
    page.port.onDisconnect.emit();
    fake.clock.advance(60_000);
    fake.document.visibilityState = "visible";
    globalThis.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));
    assertEquals(fake.ports.length, persisted ? 2 : 1);
  });
}

const LEAVE_AND_RETURN: [name: string, leave: () => void, comeBack: () => void][] = [
  [
    "the back/forward cache",
    () => globalThis.dispatchEvent(new Event("pagehide")),
    () => globalThis.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true })),
  ],
  [
    "being frozen",
    () => fake.document.dispatchEvent(new Event("freeze")),
    () => fake.document.dispatchEvent(new Event("resume")),
  ],
];

for (const [name, leave, comeBack] of LEAVE_AND_RETURN) {
  pageTest(`FAULT 74: a page that returns from ${name} has a new port and is live again`, () => {
    const page = new Page();
    page.receive(1);
    const first = page.port;
    leave();
    assertEquals([first.isOpen, fake.ports.length], [false, 1]);
    fake.clock.advance(60_000);
    assertEquals(page.shown, ["1 live"], "no timer fires meanwhile");
    comeBack();
    assertEquals([page.shown, fake.ports.length], [["1 live", "1 stale"], 2]);
    first.onDisconnect.emit();
    fake.clock.advance(1_000);
    assertEquals(fake.ports.length, 2);
    page.receive(2);
    assertEquals(page.shown, ["1 live", "1 stale", "2 live"]);
  });
}

pageTest("a widget that is asked to leave does so once, and opens no other port", () => {
  const page = new Page();
  page.receive(1);
  page.port.onMessage.emit({ type: "leave" });
  fake.clock.advance(STALE_AFTER_MS);
  fake.document.setVisibility("visible");
  assertEquals([page.left, page.shown, fake.ports.map(({ isOpen }) => isOpen)], [1, ["1 live"], [false]]);
});

pageTest("a widget whose extension was removed leaves", () => {
  const page = new Page();
  fake.id = "";
  page.port.onDisconnect.emit();
  assertEquals(page.left, 1);
  fake.clock.advance(60_000);
  assertEquals([page.left, fake.ports.length], [1, 1]);
});

for (const [visibility, shows] of [["visible", true], ["visible", false], ["hidden", true]] as const) {
  pageTest(
    `a ${visibility} page that ${shows ? "shows" : "does not show"} an offered notice answers accordingly`,
    () => {
      const stop = connectView({ onView() {}, onNotice: () => shows });
      fake.document.visibilityState = visibility;
      const [port] = fake.ports;
      port.onMessage.emit({ type: "notice", notice: { id: "acme requests_per_day" }, toast: true });
      const answers = visibility === "visible" && shows ? [{ type: "notice_shown", id: "acme requests_per_day" }] : [];
      assertEquals(port.posted, answers);
      stop();
    },
  );
}

pageTest("a widget of an extension that is gone before it starts leaves", () => {
  fake.id = "";
  assertEquals(new Page().left, 1);
});

pageTest("a command's result is the background's", async () => {
  const sent: unknown[] = [];
  fake.answer = (command) => (sent.push(command), Promise.resolve({ ok: true, sentence: "Connecting again." }));
  assertEquals(await send({ type: "retry" }), { ok: true, sentence: "Connecting again." });
  await tell({ type: "open_options" });
  assertEquals(sent, [{ type: "retry" }, { type: "open_options" }]);
});

pageTest("a command without an answer fails with a remedy, and never throws", async () => {
  const silent = await send({ type: "retry" });
  fake.answer = () => Promise.reject(new Error("Extension context invalidated."));
  const gone = await send({ type: "retry" });
  await tell({ type: "retry" });
  assertEquals([silent.ok, gone.ok], [false, false]);
  assertMatch(silent.sentence, /reload it/);
  assertMatch(gone.sentence, /reload this page/);
});

pageTest("a hidden page leaves as well when the extension was reloaded, though its port closed just before", () => {
  const page = new Page();
  fake.document.setVisibility("hidden");
  page.port.onDisconnect.emit();
  assertEquals(page.left, 0);
  fake.id = "";
  fake.clock.advance(500);
  assertEquals([page.left, fake.ports.length], [1, 1]);
});
