/** `client.quota` of a tracked client: what its last call took, and what is left for the next one. */
import type { Headroom } from "../../../shared/api.ts";
import type { Recorder } from "../../attempts/recorder.ts";
import type { EndedAttempt } from "../fetch/ended_attempt.ts";

export class ClientQuota {
  readonly #recorder: Recorder;
  readonly #workspace: string;
  #last: EndedAttempt | null = null;

  constructor(recorder: Recorder, workspace: string) {
    this.#recorder = recorder;
    this.#workspace = workspace;
  }

  /**
   * The attempt of this client that ended last; `null` before the first. A stream ends with its last event. Of calls at
   * the same time it is any: compare `call_id`.
   */
  get last(): EndedAttempt | null {
    return this.#last;
  }

  /**
   * What is left for the next calls of the client's workspace, and whether one may be sent now.
   *
   * @throws {Error} if the service cannot be asked, or if the recorder knows no limits.
   */
  async status(): Promise<Headroom> {
    if (this.#recorder.headroom) return await this.#recorder.headroom(this.#workspace);
    throw new TypeError(
      `Cannot read what is left for "${this.#workspace}": this recorder knows no limits. Use an HttpRecorder`,
    );
  }

  /** Notes an attempt that has ended. */
  readonly ended = (attempt: EndedAttempt): void => {
    this.#last = attempt;
  };
}
