/**
 * The extension APIs of a browser, in memory. Import it before the module under test, which takes the global `chrome` when
 * it loads. `Date.now()` and the timers follow a clock that the test controls.
 */
import { ManualClock } from "./clock.ts";

const EXTENSION_ORIGIN = "chrome-extension://abcdef";

/** An event of a browser. */
class FakeEvent<A extends unknown[]> {
  readonly #listeners: ((...args: A) => void)[] = [];
  addListener(listener: (...args: A) => void): void {
    this.#listeners.push(listener);
  }
  /** The number of listeners. */
  get count(): number {
    return this.#listeners.length;
  }
  emit(...args: A): void {
    for (const listener of this.#listeners) listener(...args);
  }
}

/** One end of a port. The test acts as the other end. */
export class FakePort {
  readonly posted: unknown[] = [];
  readonly onMessage = new FakeEvent<[message: unknown]>();
  readonly onDisconnect = new FakeEvent<[]>();
  isOpen = true;
  constructor(readonly name: string, readonly sender: { url?: string } = {}) {}
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  disconnect(): void {
    this.isOpen = false;
  }
}

class FakeArea {
  items: Record<string, unknown> = {};
  readonly onChanged = new FakeEvent<[changes: Record<string, { newValue: unknown }>]>();
  /** Who may read it, as the extension has set it. */
  accessLevel: string | null = null;
  setAccessLevel({ accessLevel }: { accessLevel: string }): Promise<void> {
    this.accessLevel = accessLevel;
    return Promise.resolve();
  }
  get(keys: string | string[] | null): Promise<Record<string, unknown>> {
    if (keys === null) return Promise.resolve(structuredClone(this.items));
    const found = [keys].flat().filter((key) => key in this.items).map((key) => [key, this.items[key]]);
    return Promise.resolve(structuredClone(Object.fromEntries(found)));
  }
  set(items: Record<string, unknown>): Promise<void> {
    Object.assign(this.items, structuredClone(items));
    this.onChanged.emit(Object.fromEntries(Object.entries(items).map(([key, newValue]) => [key, { newValue }])));
    return Promise.resolve();
  }
}

/** A page whose visibility the test sets. */
class FakeDocument extends EventTarget {
  visibilityState = "visible";
  setVisibility(state: "visible" | "hidden"): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** The events of a browser. */
class FakeEvents {
  readonly alarm = new FakeEvent<[]>();
  readonly command = new FakeEvent<[name: string]>();
  readonly connect = new FakeEvent<[port: FakePort]>();
  readonly installed = new FakeEvent<[details: { reason: string }]>();
  readonly notificationButton = new FakeEvent<[id: string, index: number]>();
  readonly notificationClicked = new FakeEvent<[id: string]>();
  readonly message = new FakeEvent<
    [message: unknown, sender: { url?: string }, answer: (result: unknown) => void]
  >();
  readonly permissionsAdded = new FakeEvent<[]>();
  readonly permissionsRemoved = new FakeEvent<[]>();
  readonly startup = new FakeEvent<[]>();
}

/** The browser's state, which tests read and change. */
class FakeBrowser {
  clock = new ManualClock();
  /** Calls that only have effects in the browser, in order, as name and arguments. */
  calls: unknown[][] = [];
  /** Patterns that the extension may reach, and permissions that it has. */
  allowed = new Set<string>();
  alarms = new Map<string, unknown>();
  tabs: { id?: number }[] = [];
  /** Whether notifications may have buttons, as in Chromium. */
  notification_buttons = true;
  /** The id of a tab that refuses scripts. */
  closed_tab: number | null = null;
  /** Whether a window is open in which a popup can open. */
  has_window = true;
  ports: FakePort[] = [];
  /** Empty after the extension was updated or removed. */
  id = "abcdef";
  answer: (command: unknown) => Promise<unknown> = () => Promise.resolve();
  session = new FakeArea();
  local = new FakeArea();
  sync = new FakeArea();
  managed = new FakeArea();
  document = new FakeDocument();
  events = new FakeEvents();

  /** The arguments of the calls with a name, in order. */
  argumentsOf(name: string): unknown[] {
    return this.calls.filter(([called]) => called === name).map(([, argument]) => argument);
  }

  /** Starts again with an empty browser. */
  reset(): void {
    Object.assign(this, new FakeBrowser());
  }
}

export const fake = new FakeBrowser();

/** A function that records its calls. */
const recorded = (name: string) => (...args: unknown[]) => {
  fake.calls.push([name, ...args]);
  return Promise.resolve();
};

const notifications = {
  create(id: string, options: { buttons?: unknown[] }): Promise<string> {
    if (options.buttons && !fake.notification_buttons) throw new Error("Property buttons is unsupported by Firefox");
    fake.calls.push(["notifications.create", { id, ...options }]);
    return Promise.resolve(id);
  },
  clear: recorded("notifications.clear"),
  get onClicked() {
    return fake.events.notificationClicked;
  },
  get onButtonClicked() {
    return fake.events.notificationButton;
  },
};

const chrome = {
  runtime: {
    get id() {
      return fake.id;
    },
    connect({ name }: { name: string }): FakePort {
      if (!fake.id) throw new Error("Extension context invalidated.");
      fake.ports.push(new FakePort(name));
      return fake.ports.at(-1)!;
    },
    sendMessage: (command: unknown) => fake.answer(command),
    get onConnect() {
      return fake.events.connect;
    },
    get onInstalled() {
      return fake.events.installed;
    },
    get onMessage() {
      return fake.events.message;
    },
    get onStartup() {
      return fake.events.startup;
    },
    openOptionsPage: recorded("openOptionsPage"),
  },
  storage: {
    get session() {
      return fake.session;
    },
    get local() {
      return fake.local;
    },
    get sync() {
      return fake.sync;
    },
    get managed() {
      return fake.managed;
    },
  },
  alarms: {
    get: (name: string) => Promise.resolve(fake.alarms.get(name)),
    create(name: string, alarm: unknown): Promise<void> {
      fake.calls.push(["alarms.create", alarm]);
      fake.alarms.set(name, alarm);
      return Promise.resolve();
    },
    clear: (name: string) => Promise.resolve(fake.alarms.delete(name)),
    get onAlarm() {
      return fake.events.alarm;
    },
  },
  permissions: {
    contains: ({ origins = [], permissions = [] }: { origins?: string[]; permissions?: string[] }) =>
      Promise.resolve([...origins, ...permissions].every((each) => fake.allowed.has(each))),
    request: recorded("permissions.request"),
    get onAdded() {
      return fake.events.permissionsAdded;
    },
    get onRemoved() {
      return fake.events.permissionsRemoved;
    },
  },
  scripting: {
    registerContentScripts: recorded("registerContentScripts"),
    unregisterContentScripts: recorded("unregisterContentScripts"),
    executeScript(injection: { target: { tabId: number } }): Promise<void> {
      fake.calls.push(["executeScript", injection]);
      const isClosed = injection.target.tabId === fake.closed_tab;
      return isClosed ? Promise.reject(new Error("No tab with this id")) : Promise.resolve();
    },
  },
  tabs: {
    query(query: unknown): Promise<{ id?: number }[]> {
      fake.calls.push(["tabs.query", query]);
      return Promise.resolve(fake.tabs);
    },
    create: recorded("tabs.create"),
  },
  // Browsers have this API only with its permission.
  get notifications() {
    return fake.allowed.has("notifications") ? notifications : undefined;
  },
  commands: {
    get onCommand() {
      return fake.events.command;
    },
  },
  action: {
    setBadgeText: recorded("setBadgeText"),
    setBadgeBackgroundColor: recorded("setBadgeBackgroundColor"),
    setBadgeTextColor: recorded("setBadgeTextColor"),
    setTitle: recorded("setTitle"),
    setIcon: recorded("setIcon"),
    openPopup: () => fake.has_window ? recorded("openPopup")() : Promise.reject(new Error("No window")),
  },
};

Object.defineProperties(globalThis, {
  chrome: { value: chrome },
  document: { get: () => fake.document },
  // The origin of a `URL` with this scheme is "null" outside a browser.
  location: { value: { origin: EXTENSION_ORIGIN, protocol: "chrome-extension:" } },
  setTimeout: { value: (callback: () => void, ms = 0) => fake.clock.after(ms, callback) },
  clearTimeout: { value: (cancel: (() => void) | undefined) => cancel?.() },
});
Date.now = () => fake.clock.now();

/** Lets promises that are settled run their callbacks. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
