/** Notices of a page's monitor, as notifications of the browser. */
import type { NoticeMessage } from "../../shared/notice_message.ts";
import type { View } from "../../shared/view.ts";
import { consider, type NoticeState } from "../notices/consider.ts";
import { describeNotice } from "../notices/describe_notice.ts";
import { DEFAULT_NOTICE_SETTINGS } from "../state/settings.ts";

/** The extension's rules with their defaults. The page itself shows no toast. */
const SETTINGS = {
  ...DEFAULT_NOTICE_SETTINGS,
  notices: { ...DEFAULT_NOTICE_SETTINGS.notices, page: false, browser: true },
};

/** Takes each view of a monitor, and shows the notice that it gives: one for a level and a window. */
export function createNotifier(show: (notice: NoticeMessage) => void = notify): (view: View, now: number) => void {
  let state: NoticeState | null = null;
  return (view, now) => {
    const considered = consider(state, view, SETTINGS, now);
    state = considered.state;
    if (considered.notice) show(describeNotice(considered.notice, view, now));
  };
}

/** The parts of a page that a notification depends on. */
interface NotifyingPage {
  document: Pick<Document, "visibilityState">;
  Notification?:
    & Pick<typeof Notification, "permission">
    & (new (title: string, options: NotificationOptions) => unknown);
}

/**
 * Shows a notice while the page is hidden: a visible page shows the numbers themselves. Without permission it does nothing,
 * because browsers let a page ask for it only in a click. Several tabs show one notification, which has one tag.
 */
export function notify({ id, headline, detail }: NoticeMessage, page: NotifyingPage = globalThis): void {
  if (page.Notification?.permission !== "granted" || page.document.visibilityState === "visible") return;
  try {
    new page.Notification(headline, { body: detail, tag: id });
  } catch {
    // On Android only a service worker may show one.
  }
}
