/** A notice in words, as the background makes it and the chat page or the browser shows it. */
import type { QuotaStatus } from "./quota.ts";

export interface NoticeMessage {
  /** A newer notice of the same limit or problem has the same id and replaces this one. */
  id: string;
  /** Decides shape and colour. */
  state: QuotaStatus;
  headline: string;
  detail: string;
  /** Where the reader can change the limit; null where the service decides it. */
  link: { href: string; label: string } | null;
  /** Label of the button that mutes notices until the limits reset; null for a recovery, which needs none. */
  mute: string | null;
}
