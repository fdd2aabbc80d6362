/** Permits for responses that the provider has already started, before a decision is possible. */
import { extendedPermit } from "../extended_permit.ts";
import { isRefusal, type Permit, type Refusal } from "../recorder.ts";

type Decision = Permit | Refusal;

const UNCOUNTED: Permit = { settle() {}, release() {} };

/**
 * Returns a permit immediately, even if the decision comes later.
 *
 * @param onRefusal reserves regardless of limits. The attempt then ends as `aborted`, with the refusal's code.
 */
export function permitForStarted(
  decision: Decision | Promise<Decision>,
  onRefusal: (refusal: Refusal) => Decision | Promise<Decision>,
): Permit {
  const known = (decision: Decision): Permit =>
    isRefusal(decision) ? asAborted(permitOrUncounted(onRefusal(decision)), decision) : decision;
  return decision instanceof Promise ? pendingPermit(decision.then(known)) : known(decision);
}

/** Returns a permit in any case. If the attempt is refused, because there are too many workspaces, it is not counted. */
export function permitOrUncounted(decision: Decision | Promise<Decision>): Permit {
  const known = (decision: Decision): Permit => isRefusal(decision) ? UNCOUNTED : decision;
  return decision instanceof Promise ? pendingPermit(decision.then(known)) : known(decision);
}

/** Records the refusal in the result of an attempt that was counted anyway. */
function asAborted(permit: Permit, { refused }: Refusal): Permit {
  return extendedPermit(permit, {
    settle: (result) => permit.settle({ ...result, outcome: "aborted", error_code: refused }),
  });
}

function pendingPermit(permit: Promise<Permit>): Permit {
  return {
    recorded: permit.then(({ recorded }) => recorded),
    settle: (result) => void permit.then((permit) => permit.settle(result)),
    release: (reason) => void permit.then((permit) => permit.release(reason)),
  };
}
