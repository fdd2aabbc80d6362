/** Asks a service for reservations, also one that is older than budgets. */
import type { AttemptPlan, Wait } from "../../attempts/recorder.ts";
import { reservationOf } from "./messages.ts";

/** An older service refuses fields that it does not know, so it is asked again without those that budgets need. */
export class ReservationRequests {
  #isOlder = false;

  async ask(post: (body: object) => Promise<Response>, plan: AttemptPlan, wait?: Wait): Promise<Response> {
    const answer = await post(reservationOf(plan, wait, this.#isOlder));
    if (answer.status !== 400 || this.#isOlder) return answer;
    const plain = await post(reservationOf(plan, wait, true));
    // With 400 again, the fault is another one.
    this.#isOlder = plain.status !== 400;
    return plain;
  }
}
