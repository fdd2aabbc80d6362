/** Permits for what the provider has begun by itself, which is under way before anybody is asked. */
import { isRefusal, type Permit, type Refusal } from "../recorder.ts";

type Decision = Permit | Refusal;

const NOBODY: Permit = { settle() {}, release() {} };

/**
 * A permit that comes at once, whoever decides and however long he takes.
 *
 * @param onRefusal reserves without leave; what is counted by its permit ends as `aborted`, with the refusal's code.
 */
export function permitForStarted(
  decision: Decision | Promise<Decision>,
  onRefusal: (refusal: Refusal) => Decision | Promise<Decision>,
): Permit {
  const known = (decision: Decision): Permit =>
    isRefusal(decision) ? flagged(permitOrUncounted(onRefusal(decision)), decision) : decision;
  return decision instanceof Promise ? coming(decision.then(known)) : known(decision);
}

/** A permit in any case: what even so is refused is not counted, where there are too many workspaces. */
export function permitOrUncounted(decision: Decision | Promise<Decision>): Permit {
  const known = (decision: Decision): Permit => isRefusal(decision) ? NOBODY : decision;
  return decision instanceof Promise ? coming(decision.then(known)) : known(decision);
}

/** For what was counted there and refused here. */
function flagged(permit: Permit, { refused }: Refusal): Permit {
  return {
    settle: (result) => permit.settle({ ...result, outcome: "aborted", error_code: refused }),
    release: (reason) => permit.release(reason),
  };
}

function coming(permit: Promise<Permit>): Permit {
  return {
    settle: (result) => void permit.then((permit) => permit.settle(result)),
    release: (reason) => void permit.then((permit) => permit.release(reason)),
  };
}
