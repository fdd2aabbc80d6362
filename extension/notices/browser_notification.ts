/** Notices as notifications of the browser. They need the permission `notifications`, which the options page asks for. */
import { browser } from "wxt/browser";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { linkOf } from "./describe_notice.ts";

/** The actions of a notification's reader. */
export interface NotificationCommands {
  openPopup(): Promise<void>;
  openPage(href: string): Promise<void>;
  mute(muted: true): Promise<void>;
}

/**
 * Shows a notice; does nothing without the permission, without which browsers have no such API. An earlier notice of the same
 * limit or problem is replaced.
 */
export async function showNotification({ id, headline, detail, link, mute }: NoticeMessage): Promise<void> {
  const { notifications } = browser;
  const options = { type: "basic", iconUrl: "/icon/128.png", title: headline, message: detail } as const;
  const buttons = [link?.label, mute].flatMap((title) => title ? [{ title }] : []);
  try {
    await notifications?.create(id, { ...options, buttons });
  } catch {
    await notifications.create(id, options); // Firefox refuses buttons.
  }
}

let listening = false;

/**
 * Runs the commands of clicks on notifications, also on those that an earlier start of the background has shown. Without the
 * permission it does nothing: call it again when the permission is given.
 */
export function listenToNotifications(commands: () => Promise<NotificationCommands>): void {
  const { notifications } = browser;
  if (!notifications || listening) return;
  listening = true;
  notifications.onClicked.addListener(async (id) => {
    await notifications.clear(id);
    await (await commands()).openPopup();
  });
  notifications.onButtonClicked.addListener(async (id, index) => {
    await notifications.clear(id);
    const link = linkOf(id);
    // The link is the first button where there is one.
    if (link && index === 0) await (await commands()).openPage(link.href);
    else await (await commands()).mute(true);
  });
}
