import { fake } from "../../tests/support/fake_browser.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { EMPTY_VIEW } from "../../shared/view.ts";
import type { SiteMessage } from "../state/messages.ts";
import { DEFAULT_SITE } from "../state/widget_site.ts";
import { isOn, isOwn, type SurfacePort, Surfaces } from "./surfaces.ts";

const OWN = "chrome-extension://abcdef";
const CHAT = "http://localhost:3000/chat";

const SITE: SiteMessage = { type: "site", site: DEFAULT_SITE };

class FakePort {
  readonly received: string[] = [];
  readonly sender: { url?: string };
  closed = false;
  failing = false;
  end: () => void = () => {};
  answer: (message: unknown) => void = () => {};
  readonly onMessage = { addListener: (received: (message: unknown) => void) => void (this.answer = received) };
  readonly onDisconnect = { addListener: (ended: () => void) => void (this.end = ended) };
  constructor(url: string | undefined, readonly name = "view") {
    this.sender = { url };
  }
  postMessage({ type }: { type: string }): void {
    if (this.failing) throw new Error("Attempting to use a disconnected port object");
    this.received.push(type);
  }
  disconnect(): void {
    this.closed = true;
  }
}

function joined(url: string | undefined, name?: string) {
  const surfaces = new Surfaces(OWN);
  const port = new FakePort(url, name);
  surfaces.add(port as unknown as SurfacePort, EMPTY_VIEW, CHAT, SITE);
  return { surfaces, port };
}

const SENDERS: [url: string | undefined, received: string[]][] = [
  [`${OWN}/popup.html`, ["language", "view", "view"]],
  ["http://localhost:3000/chat", ["language", "site", "view", "view"]],
  ["http://localhost:3000/elsewhere", ["language", "site", "view", "view"]],
  ["http://localhost:4000/chat", ["leave"]],
  ["https://localhost:3000/chat", ["leave"]],
  ["http://localhost:3000.evil.example/", ["leave"]],
  [`https://evil.example/${OWN}/`, ["leave"]],
  ["about:blank", ["leave"]],
  [undefined, ["leave"]],
];

for (const [url, received] of SENDERS) {
  Deno.test(`surface at ${url}: receives ${received}`, () => {
    const { surfaces, port } = joined(url);
    surfaces.show(EMPTY_VIEW);
    assertEquals(port.received, received);
  });
}

Deno.test("a port of another name is closed", () => {
  const { port } = joined(`${OWN}/popup.html`, "other");
  assertEquals([port.closed, port.received], [true, []]);
});

Deno.test("when the chat page changes, widgets leave and the extension's own pages stay", () => {
  const { surfaces, port: widget } = joined(CHAT);
  const popup = new FakePort(`${OWN}/popup.html`);
  surfaces.add(popup as unknown as SurfacePort, EMPTY_VIEW, CHAT, SITE);
  surfaces.restrictTo("");
  surfaces.show(EMPTY_VIEW);
  assertEquals([widget.received, popup.received], [["language", "site", "view", "leave"], [
    "language",
    "view",
    "view",
  ]]);
});

Deno.test("a closed port does not affect the others", () => {
  const { surfaces, port } = joined(CHAT);
  const popup = new FakePort(`${OWN}/popup.html`);
  surfaces.add(popup as unknown as SurfacePort, EMPTY_VIEW, CHAT, SITE);
  port.failing = true;
  surfaces.show(EMPTY_VIEW);
  port.failing = false;
  popup.end();
  surfaces.show(EMPTY_VIEW);
  assertEquals([port.received, popup.received], [["language", "site", "view"], ["language", "view", "view"]]);
});

Deno.test("without a chat page no address matches", () => {
  assertEquals([isOn("http://x/", ""), isOn("", ""), isOn("about:blank", "about:blank")], [false, false, false]);
  assertEquals([isOwn(OWN, OWN), isOwn(`${OWN}evil/`, OWN)], [false, false]);
});

const NOTICE: NoticeMessage = {
  id: "acme requests_per_day",
  state: "warning",
  headline: "",
  detail: "",
  link: null,
  mute: null,
};

Deno.test("a notice is offered to every surface, and one that shows it is enough", async () => {
  const { surfaces, port: widget } = joined(CHAT);
  const popup = new FakePort(`${OWN}/popup.html`);
  surfaces.add(popup as unknown as SurfacePort, EMPTY_VIEW, CHAT, SITE);
  const shown = surfaces.offer(NOTICE, true);
  widget.answer({ type: "notice_shown", id: "another" });
  popup.answer({ type: "notice_shown", id: NOTICE.id });
  assertEquals([await shown, widget.received, popup.received], [true, ["language", "site", "view", "notice"], [
    "language",
    "view",
    "notice",
  ]]);
});

Deno.test("a notice is not shown where no surface is open, or none answers in time", async () => {
  fake.reset();
  assertEquals(await new Surfaces(OWN).offer(NOTICE, true), false);
  const shown = joined(CHAT).surfaces.offer(NOTICE, true);
  fake.clock.advance(500);
  assertEquals(await shown, false);
});

Deno.test("the reader's choices reach the widgets, not the extension's own pages", () => {
  const { surfaces, port: widget } = joined(CHAT);
  const popup = new FakePort(`${OWN}/popup.html`);
  surfaces.add(popup as unknown as SurfacePort, EMPTY_VIEW, CHAT, SITE);
  surfaces.showSite(SITE);
  assertEquals([widget.received, popup.received], [["language", "site", "view", "site"], ["language", "view"]]);
});

Deno.test("a new language reaches every surface, with the view in it", () => {
  const { surfaces, port: widget } = joined(CHAT);
  const popup = new FakePort(`${OWN}/popup.html`);
  surfaces.add(popup as unknown as SurfacePort, EMPTY_VIEW, CHAT, SITE);
  surfaces.speak(EMPTY_VIEW);
  const added = ["language", "view"];
  assertEquals([widget.received, popup.received], [["language", "site", "view", ...added], [
    "language",
    "view",
    ...added,
  ]]);
});
