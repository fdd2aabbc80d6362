/** Settles attempts whose responses are garbage-collected unread. Otherwise their reservations would stay. */
import type { IndexedMember } from "../../../core/indexed_set.ts";
import type { Attempt } from "../../../attempts/attempt.ts";
import { CollectedWatch } from "../collected_watch.ts";

/** Referenced by everything through which a response can be read. Once it is collected, the response cannot be. */
export interface ReadHandle extends IndexedMember {
  readonly attempt: Attempt;
  /** The whole body is being read, so the end will be reported. */
  isReading: boolean;
}

/** Watches new responses until they are read and their attempts settled. */
export const unreadResponses = new CollectedWatch<ReadHandle, Attempt>(
  ({ isReading, attempt }) => isReading ? null : attempt,
  (attempt) => attempt.dropped(),
);
