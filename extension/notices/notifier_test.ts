import { fake, turn } from "../../tests/support/fake_browser.ts";
import { assert, assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { meter, statusBody, wire } from "../../tests/support/statuses.ts";
import { EMPTY_VIEW, type View } from "../../shared/view.ts";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { saveNoticeSettings } from "../state/notice_settings.ts";
import { DEFAULT_NOTICE_SETTINGS } from "../state/settings.ts";
import { listenToNotifications } from "./browser_notification.ts";
import { Notifier } from "./notifier.ts";

const { notices } = DEFAULT_NOTICE_SETTINGS;

/** A live view in which so many of 500 requests a minute are used. */
function view(used: number, more: Partial<View> = {}): View {
  const now = fake.clock.now();
  const stats = { ...statusBody().stats, requests_per_minute: meter(used, 500, { resets_at: wire(now + 40_000) }) };
  const status = statusBody({ stats, server_time: wire(now) });
  return { ...EMPTY_VIEW, connection: "live", workspace_id: "acme", status, confirmed_at: now, ...more };
}

/** Stands for the open surfaces: whether one shows a notice, and the notices that were offered. */
class Surface {
  readonly offered: [headline: string, toast: boolean][] = [];
  constructor(public shows: boolean) {}
  readonly offer = ({ headline }: NoticeMessage, toast: boolean): Promise<boolean> => {
    this.offered.push([headline, toast]);
    return Promise.resolve(this.shows);
  };
}

function notifierTest(name: string, test: () => Promise<void>): void {
  Deno.test(name, async () => {
    fake.reset();
    fake.allowed.add("notifications");
    await saveNoticeSettings({ notices: { ...notices, browser: true } });
    await test();
  });
}

function shown(): { id: string; title: string; message: string; buttons?: { title: string }[] }[] {
  return fake.argumentsOf("notifications.create") as ReturnType<typeof shown>;
}

notifierTest("a notice that a surface shows is not shown by the browser as well", async () => {
  const surface = new Surface(true);
  const notifier = await Notifier.open();
  await notifier.see(view(0), surface.offer);
  await notifier.see(view(460), surface.offer);
  assertEquals([surface.offered, shown()], [[["92 % of requests a minute used", true]], []]);
});

notifierTest("a notice that no surface shows is shown by the browser, with what a reader can do", async () => {
  const surface = new Surface(false);
  const notifier = await Notifier.open();
  await notifier.see(view(0), surface.offer);
  await notifier.see(view(500), surface.offer);
  const [{ id, title, message, buttons }, ...others] = shown();
  assertEquals([id, title, others], ["acme requests_per_minute", "Full: 500 of 500 requests a minute used", []]);
  assertEquals(message, "Opens within a minute. Workspace acme.");
  assertEquals(buttons?.length, 1);
  assertMatch(buttons![0].title, /^Mute until \d\d:\d\d$/);
});

notifierTest("a browser without buttons on notifications shows it without", async () => {
  fake.notification_buttons = false;
  const notifier = await Notifier.open();
  await notifier.see(view(0), new Surface(false).offer);
  await notifier.see(view(500), new Surface(false).offer);
  assertEquals(shown().map(({ buttons }) => buttons), [undefined]);
});

notifierTest("without the permission, or with it switched off, the browser shows nothing", async () => {
  const surface = new Surface(false);
  const notifier = await Notifier.open();
  await notifier.see(view(0), surface.offer);
  fake.allowed.clear();
  await notifier.see(view(460), surface.offer);
  fake.allowed.add("notifications");
  await saveNoticeSettings({ notices });
  await notifier.see(view(500), surface.offer);
  assertEquals([surface.offered.length, shown()], [2, []]);
});

notifierTest("with toasts off the chat page is asked only whether it shows the numbers", async () => {
  await saveNoticeSettings({ notices: { ...notices, page: false, browser: true } });
  const surface = new Surface(false);
  const notifier = await Notifier.open();
  await notifier.see(view(0), surface.offer);
  await notifier.see(view(460), surface.offer);
  assertEquals([surface.offered.map(([, toast]) => toast), shown().length], [[false], 1]);
});

notifierTest("a background that starts again repeats nothing, and tells of what happened meanwhile", async () => {
  const surface = new Surface(true);
  const see = async (used: number) => await (await Notifier.open()).see(view(used), surface.offer);
  await see(0);
  await see(460);
  await see(460);
  fake.clock.advance(30_000);
  await see(470);
  fake.clock.advance(30_000);
  await see(500);
  assertEquals(surface.offered.map(([headline]) => headline.slice(0, 4)), ["92 %", "Full"]);
});

notifierTest("each workspace has its own past, and only the last few are kept", async () => {
  const surface = new Surface(true);
  const notifier = await Notifier.open();
  const see = (used: number, workspace_id: string) => notifier.see(view(used, { workspace_id }), surface.offer);
  await see(0, "acme");
  await see(490, "blue");
  await see(490, "acme");
  await see(495, "blue");
  assertEquals(surface.offered.length, 1);
  for (let i = 0; i < 20; i++) await see(0, `w${i}`);
  assertEquals(Object.keys(fake.local.items.notice_states_1 as object).length, 8);
});

notifierTest("a change of times alone is stored only now and then", async () => {
  const notifier = await Notifier.open();
  let writes = 0;
  fake.local.onChanged.addListener(() => writes++);
  for (let i = 0; i < 100; i++) {
    await notifier.see(view(490), new Surface(true).offer);
    fake.clock.advance(100);
  }
  assertEquals(writes, 1);
  await notifier.see(view(490), new Surface(true).offer);
  assertEquals(writes, 2);
});

notifierTest(
  "a stored state of another shape is ignored, and a storage that is full does not end notices",
  async () => {
    const surface = new Surface(true);
    const notifier = await Notifier.open();
    fake.local.set = () => Promise.reject(new Error("The disk is full"));
    await notifier.see(view(0), surface.offer);
    await notifier.see(view(460), surface.offer);
    assertEquals(surface.offered.length, 1);
  },
);

notifierTest("clicks on a notification open the popup, the provider's page, or mute", async () => {
  const done: string[] = [];
  const record = (text: string) => Promise.resolve(void done.push(text));
  listenToNotifications(() =>
    Promise.resolve({
      openPopup: () => record("popup"),
      openPage: (href) => record(href),
      mute: () => record("mute"),
    })
  );
  const { notificationClicked, notificationButton } = fake.events;
  notificationClicked.emit("acme requests_per_minute");
  notificationButton.emit("acme requests_per_minute", 0);
  notificationButton.emit("acme insufficient_quota", 0);
  notificationButton.emit("acme insufficient_quota", 1);
  await turn();
  assertEquals(done, ["popup", "mute", "https://platform.openai.com/usage", "mute"]);
  assert(fake.argumentsOf("notifications.clear").length === 4, "each is taken away");
});
