import { statusAt } from "../../tests/support/notice_scene.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import { NOON } from "../../tests/support/statuses.ts";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { STARTING_VIEW } from "./monitor.ts";
import { createNotifier, notify } from "./notify.ts";

/** The headlines that a monitor shows for a use of the minute's 100 requests, a second each. */
function told(uses: number[]): string[] {
  const shown: string[] = [];
  const see = createNotifier(({ headline }) => shown.push(headline));
  uses.forEach((minute, at) => {
    const now = NOON + at * 1000;
    see({ ...STARTING_VIEW, connection: "live", status: statusAt(at, { minute }), confirmed_at: now }, now);
  });
  return shown;
}

Deno.test("a level is told once in its window, and the numbers at the start are told of not at all", () => {
  assertEquals(told([95, 96, 97]), []);
  assertEquals(told([10, 91, 85, 92, 93]).length, 1);
  assertEquals(told([10, 91, 100, 95, 100]).length, 2);
});

const NOTICE: NoticeMessage = {
  id: "acme requests_per_minute",
  state: "warning",
  headline: "93 % of requests a minute used",
  detail: "Workspace acme: 7 left.",
  link: null,
  mute: null,
};

/** What a page with this permission shows. */
function notified(
  permission: NotificationPermission,
  visibilityState: DocumentVisibilityState,
  fails = false,
): unknown[] {
  const shown: unknown[] = [];
  class FakeNotification {
    static readonly permission = permission;
    constructor(title: string, options: NotificationOptions) {
      if (fails) throw new TypeError("Illegal constructor");
      shown.push([title, options.body, options.tag]);
    }
  }
  notify(NOTICE, { document: { visibilityState }, Notification: FakeNotification });
  return shown;
}

Deno.test("a notice is a notification with its own tag, where it is permitted and the page is hidden", () => {
  assertEquals(notified("granted", "hidden"), [[NOTICE.headline, NOTICE.detail, NOTICE.id]]);
  assertEquals(notified("granted", "visible"), []);
  assertEquals([...notified("default", "hidden"), ...notified("denied", "hidden")], []);
});

Deno.test("a browser without notifications, or that lets no page show one, shows none", () => {
  notify(NOTICE, { document: { visibilityState: "hidden" } });
  assertEquals(notified("granted", "hidden", true), []);
});
