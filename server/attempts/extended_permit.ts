/** Adds to a permit. A spread would lose the methods of one that is an instance of a class. */
import type { Permit } from "./recorder.ts";

/** A permit that adds to what another one does. Its methods may be those of a class. */
export function extendedPermit(permit: Permit, added: Pick<Permit, "settle"> & Partial<Permit>): Permit {
  return {
    recorded: permit.recorded,
    remaining: permit.remaining,
    begun: permit.begun && (() => permit.begun!()),
    release: (reason) => permit.release(reason),
    ...added,
  };
}
