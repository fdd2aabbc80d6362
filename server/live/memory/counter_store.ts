/** The memory of many workspaces' counters, and what they share. */
import type { CalendarDay } from "../../core/calendar_day.ts";
import { type CounterPage, counterPage, SLOT_WORDS } from "./counter_page.ts";
import { Holds } from "./holds.ts";
import { WorkspaceCounters } from "./workspace_counters.ts";

/** Slots of a page: what is not yet used of the last one is a share of a per cent of what many workspaces take. */
const SLOTS_A_PAGE = 1024;

/** A page that knows what its slots share, so that each need not. */
export interface SharedPage extends CounterPage {
  readonly holds: Holds;
  readonly dayOf: (now_ms: number) => CalendarDay;
}

/** Opens counters, one after another, in pages of memory. */
export class CounterStore {
  readonly #dayOf: (now_ms: number) => CalendarDay;
  readonly #slots: number;
  readonly #holds = new Holds();
  #page: SharedPage | null = null;
  #opened = 0;

  /** @param slots how many have their memory made together. */
  constructor(dayOf: (now_ms: number) => CalendarDay, slots = SLOTS_A_PAGE) {
    this.#dayOf = dayOf;
    this.#slots = slots;
  }

  /** Counters for one more workspace, or for a model in one. */
  open(): WorkspaceCounters {
    const slot = this.#opened++ % this.#slots;
    if (slot === 0) this.#page = { ...counterPage(this.#slots), holds: this.#holds, dayOf: this.#dayOf };
    return new WorkspaceCounters(this.#page!, slot * SLOT_WORDS);
  }
}
