/** The text fields of the options page and the first set-up: what was typed, and what is wrong with it. */
import { type Signal, signal } from "@preact/signals";
import { type Faults, faultsOf, type Field, type Typed } from "./describe_fields.ts";

/** Its state is held in signals: a component that reads a part of it is rendered again when that part changes. */
export class Fields {
  readonly #typed: Signal<Typed>;
  readonly #faults = signal<Faults>({});

  constructor(typed: Typed) {
    this.#typed = signal(typed);
  }

  get typed(): Typed {
    return this.#typed.value;
  }

  get faults(): Faults {
    return this.#faults.value;
  }

  /** Takes what was typed. A known fault is checked with every key, a new one only when the field loses the focus. */
  type(field: Field, text: string): void {
    this.set({ [field]: text });
    if (this.faults[field]) this.check(field);
  }

  /** Replaces texts without a check. */
  set(texts: Partial<Typed>): void {
    this.#typed.value = { ...this.typed, ...texts };
  }

  check(field: Field): void {
    this.#faults.value = { ...this.faults, [field]: faultsOf(this.typed)[field] };
  }

  /** Checks these fields and shows their faults. Returns the first one with a fault, which should get the focus. */
  checkAll(fields: readonly Field[]): Field | null {
    for (const field of fields) this.check(field);
    return fields.find((field) => this.faults[field]) ?? null;
  }
}
