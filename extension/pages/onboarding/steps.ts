/** The steps of the first set-up. */

/** In order. `ready` follows the last one. */
export const STEPS = ["connect", "allow", "test", "pin", "chat"] as const;

export type Step = typeof STEPS[number];

export type StepState = "done" | "skipped" | "current" | "todo";

/** What came of a finished step, in a few words. */
export interface Note {
  text: string;
  skipped?: boolean;
}

export type Notes = Partial<Record<Step, Note>>;

/** The state of a step while `current` is open. A finished step stays finished until it is opened again. */
export function stateOf(step: Step, current: Step | "ready", notes: Notes): StepState {
  if (step === current) return "current";
  const note = notes[step];
  if (!note) return "todo";
  return note.skipped ? "skipped" : "done";
}
