/**
 * Runs in a page of a browser: the built background in a frame and the built widget in the page, in a fake browser and in
 * fake time.
 */
import { AT } from "../../gallery/fixtures.ts";
import { ManualClock } from "../../support/clock.ts";
import { Area, Event_, permissive, Port } from "./fake_chrome.ts";
import { FakeService } from "./fake_service.ts";

type Scope = typeof globalThis;

const PAGE = "https://chat.test/room";
const SETTINGS = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: PAGE };

/** Real tasks of the page, such as animation frames, run this often. */
const YIELD_EVERY_S = 20;

const clock = new ManualClock(AT);
const service = new FakeService(clock);
const areas = { local: new Area(), session: new Area(), sync: new Area(), managed: new Area() };
const channel = new MessageChannel();

/** The globals of one script, with timers that are counted. */
class Realm {
  readonly timers = new Map<number, () => void>();
  #last = 0;

  constructor(scope: Scope, runtime: Record<string, unknown>, other: Record<string, unknown> = {}) {
    const set = (start: (fire: () => void) => () => void) => {
      const id = ++this.#last;
      this.timers.set(id, start(() => void this.timers.delete(id)));
      return id;
    };
    const clear = (id: number) => {
      this.timers.get(id)?.();
      this.timers.delete(id);
    };
    // The events of the areas are this script's own, so that they end with it.
    const storage = permissive(Object.fromEntries(
      Object.entries(areas).map(([name, { get, set, remove }]) => [name, permissive({ get, set, remove })]),
    ));
    Object.assign(scope, {
      chrome: permissive({ runtime: permissive({ id: "abcdef", ...runtime }), storage, ...other }),
      setTimeout: (call: () => void, ms = 0) => set((fire) => clock.after(ms, () => (fire(), call()))),
      setInterval: (call: () => void, ms = 1) => set(() => clock.every(Math.max(1, ms), call)),
      clearTimeout: clear,
      clearInterval: clear,
    });
    scope.Date.now = () => clock.now();
  }

  clear(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }
}

/** The background, in a frame of its own that ends with it. */
class Background {
  readonly ports = new Set<Port>();
  readonly onConnect = new Event_();
  readonly onAlarm = new Event_();
  readonly realm: Realm;
  readonly #frame = document.createElement("iframe");

  constructor(source: string) {
    this.#frame.hidden = true;
    document.head.append(this.#frame);
    const scope = this.#frame.contentWindow as unknown as Scope;
    this.realm = new Realm(scope, { onConnect: this.onConnect }, {
      alarms: permissive({ onAlarm: this.onAlarm }),
      permissions: permissive({ contains: () => Promise.resolve(true) }),
    });
    Object.assign(scope, { WebSocket: service.socketClass(), fetch: service.fetch });
    runScript(this.#frame.contentDocument!, source);
  }

  connect(port: Port): void {
    this.ports.add(port);
    port.onDisconnect.addListener(() => void this.ports.delete(port));
    this.onConnect.emit(port);
  }

  /** Ends it as the browser does when it has been idle. */
  kill(): void {
    for (const port of this.ports) port.disconnect();
    service.forgetSockets();
    this.realm.clear();
    this.#frame.remove();
  }
}

let background: Background | null = null;
let source = "";
let widget: Realm;

/** Starts the background where it does not run, as each event of the browser does. */
function wake(): Background {
  return background ??= new Background(source);
}

const soak = {
  service,

  /** Starts both scripts; without settings the extension is not set up. */
  async start(scripts: { background: string; widget: string; panel: string; configured: boolean }): Promise<void> {
    source = scripts.background;
    if (scripts.configured) areas.local.items.settings = SETTINGS;
    widget = new Realm(globalThis, { connect });
    openShadowRoots();
    wake();
    await settle();
    runScript(document, scripts.widget);
    // In a browser the background runs it when the panel is opened.
    runScript(document, scripts.panel);
    await soak.run(5);
  },

  /** Lets seconds pass, with a new status every second one. */
  async run(seconds: number): Promise<void> {
    for (let second = 1; second <= seconds; second++) {
      clock.advance(1000);
      if (second % 2 === 0) service.update();
      if (second % 30 === 0 && areas.local.items.settings) wake().onAlarm.emit({ name: "wake" });
      await settle();
      if (second % YIELD_EVERY_S === 0) await realTask();
    }
  },

  killBackground(): void {
    background?.kill();
    background = null;
  },

  setVisibility(state: "visible" | "hidden"): void {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  },

  /** Shows these states, one an update, and returns the texts that the widget's live regions speak meanwhile. */
  async spokenDuring(states: string[]): Promise<string[]> {
    const texts: string[] = [];
    for (const region of liveRegions()) {
      // An emptied region is silent.
      const observer = new MutationObserver(() => region.textContent && texts.push(region.textContent));
      observer.observe(region, { childList: true, characterData: true, subtree: true });
    }
    for (const state of states) {
      service.state = state;
      await soak.run(2);
    }
    return texts;
  },

  /** How many timers each script has set. */
  timers(): { background: number; widget: number } {
    return { background: wake().realm.timers.size, widget: widget.timers.size };
  },
};

export type Soak = typeof soak;

Object.assign(globalThis, { soak });

function connect({ name }: { name: string }): Port {
  const [inside, outside] = [new Port(name, { url: PAGE }), new Port(name, { url: PAGE })];
  [inside.other, outside.other] = [outside, inside];
  queueMicrotask(() => wake().connect(inside));
  return outside;
}

function runScript(document: Document, text: string): void {
  const script = document.createElement("script");
  script.textContent = text;
  document.documentElement.append(script);
  script.remove();
}

/** The widget's root is closed, but the test must find its buttons. */
function openShadowRoots(): void {
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (init) {
    return attachShadow.call(this, { ...init, mode: "open" });
  };
}

/** The elements of the widget whose changes a screen reader speaks. */
function liveRegions(): Element[] {
  const roots = Array.from(document.querySelectorAll("*"), ({ shadowRoot }) => shadowRoot).filter((root) =>
    root !== null
  );
  return roots.flatMap((root) => Array.from(root.querySelectorAll("[role=status], [role=alert], [aria-live]")));
}

/** Lets settled promises run their callbacks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function realTask(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}
