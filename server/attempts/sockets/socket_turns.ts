/**
 * Counts the responses on one WebSocket. Each response, from its `response.create` to its end, is one attempt. The tracked
 * client and the gateway share this class.
 */
import { Attempt } from "../attempt.ts";
import { type AttemptPlan, isRefusal, type Permit, type Refusal } from "../recorder.ts";
import { fieldsOf, shortText } from "../json.ts";
import type { BodyText } from "../tokens/text_sample.ts";
import {
  limitHeadersOfEvent,
  refusalEvent,
  RESPONSE_END_EVENTS,
  sessionModels,
  type SocketEvent,
  SWITCHING_PROTOCOLS,
  TRANSCRIPTION_COMPLETED,
} from "./socket_events.ts";
import { permitForStarted, permitOrUncounted } from "./socket_permits.ts";
import { socketPlan, type TurnsOptions, waitOf } from "./socket_plan.ts";

/** Sends events that neither side sent itself. */
interface SocketOutput {
  toProvider(event: SocketEvent): void;
  toCaller(event: SocketEvent): void;
}

/** One response, from its `response.create` to its end. */
export interface Turn {
  readonly event_id: unknown;
  id: string | null;
  readonly attempt: Attempt;
  /** {@link Permit.recorded} */
  readonly recorded?: Promise<void>;
}

export class SocketTurns {
  readonly #options: TurnsOptions;
  readonly #output: SocketOutput;
  readonly #turns: Turn[] = [];
  readonly #limits: Record<string, string> = {};
  readonly #waits = new AbortController();
  #models: ReturnType<typeof sessionModels> = { model: null, transcription: null };

  constructor(options: TurnsOptions, output: SocketOutput) {
    this.#options = options;
    this.#output = output;
  }

  readonly #header = (name: string): string | undefined =>
    name === "x-request-id" ? this.#options.request_id : this.#limits[name];

  /** The number of responses in progress. */
  get size(): number {
    return this.#turns.length;
  }

  /**
   * Reserves for a `response.create` that the caller is about to send.
   *
   * @param body the event's text; only needed for an event of which parts were left out.
   * @returns the turn that it starts; `null` if it must not be sent: then the caller has received the refusal.
   */
  create(event: SocketEvent, body?: BodyText): Turn | null | Promise<Turn | null> {
    const plan = this.#plan(event, {}, body);
    const go = (decision: Permit | Refusal) => {
      if (!isRefusal(decision)) return this.#begin(plan, decision, event.event_id, null);
      this.#output.toCaller(refusalEvent(decision, event.event_id));
      return null;
    };
    const decision = this.#options.recorder.reserve(plan, waitOf(this.#options, this.#waits.signal));
    // Closing the socket aborts the wait.
    return decision instanceof Promise ? decision.then(go, () => null) : go(decision);
  }

  /** Releases a turn whose `response.create` was never sent. */
  unsent(turn: Turn): void {
    if (this.#take((other) => other === turn)) turn.attempt.unsent(null);
  }

  /**
   * Handles an event of the provider. A Live session wraps the events of responses that it delegates.
   *
   * @returns a promise if the event ends a turn whose row it has to wait for.
   */
  received(outer: SocketEvent): Promise<void> | undefined {
    const event: SocketEvent = outer.type === "response.event" ? fieldsOf(outer.event) : outer;
    const response = fieldsOf(event.response);
    const id = shortText(response.id);
    if (event.type === "error") return this.#failed(event);
    if (event.type === TRANSCRIPTION_COMPLETED) return this.#transcribed(event);
    if (RESPONSE_END_EVENTS.has(event.type)) return this.#ended(id, response);
    if (event.type === "response.created") this.#created(id, response);
    else if (event.type === "rate_limits.updated") Object.assign(this.#limits, limitHeadersOfEvent(event.rate_limits));
    else if (event.type === "session.created" || event.type === "session.updated") this.#configured(event.session);
  }

  /**
   * Ends all turns, because the connection is gone. Their usage is unknown.
   *
   * @param byCaller the caller closed the connection.
   * @param kept turns whose `response.create` is queued for the next connection.
   */
  disconnected(byCaller: boolean, kept: ReadonlySet<Turn> = NO_TURNS): void {
    for (const turn of this.#turns.filter((turn) => !kept.has(turn))) {
      this.#take((other) => other === turn);
      if (byCaller) turn.attempt.aborted();
      else turn.attempt.broke("connection_lost");
    }
  }

  /** Ends all turns and waits, because there is no next connection. */
  close(byCaller: boolean): void {
    this.#waits.abort();
    this.disconnected(byCaller);
  }

  #plan(event: SocketEvent, over?: Partial<AttemptPlan>, body?: BodyText): AttemptPlan {
    return socketPlan({ ...this.#options, model: this.#models.model ?? this.#options.model }, event, over, body);
  }

  #begin(plan: AttemptPlan, permit: Permit, event_id: unknown, id: string | null): Turn {
    // `stream: false` prevents an estimate: the input includes earlier turns, whose text is not available here.
    const attempt = new Attempt({ ...plan, stream: false }, permit, now);
    const turn = { event_id, id, attempt, recorded: permit.recorded };
    this.#turns.push(turn);
    return turn;
  }

  #created(id: string | null, response: Record<string, unknown>): void {
    const turn = this.#turns.find((turn) => turn.id === null);
    if (turn) turn.id = id;
    else this.#startedByProvider(id, response);
  }

  /**
   * The provider has started a response without a request. If limits refuse it, it is cancelled where the protocol allows,
   * and still counted, because the provider counts it.
   */
  #startedByProvider(id: string | null, response: Record<string, unknown>): void {
    const plan = this.#plan({ type: "response.create", response });
    const { recorder } = this.#options;
    let turn: Turn | null = null;
    const permit = permitForStarted(recorder.reserve(plan), (refusal) => {
      // The event_id keeps an error about the cancel from matching a create. Only Realtime sockets have a cancel.
      const cancel = { type: "response.cancel", response_id: id, event_id: `quota_gauge_${plan.id}` };
      if (plan.endpoint === "realtime" && (!turn || this.#turns.includes(turn))) this.#output.toProvider(cancel);
      this.#output.toCaller(refusalEvent(refusal, null));
      return recorder.reserve({ ...plan, begun: true });
    });
    turn = this.#begin(plan, permit, plan.id, id);
  }

  #configured(session: unknown): void {
    const { model, transcription } = sessionModels(session);
    this.#models = { model: model ?? this.#models.model, transcription };
  }

  /** A transcription has ended by the time it is reported, so it cannot be refused. */
  #transcribed(event: SocketEvent): Promise<void> | undefined {
    if (event.usage === undefined) return;
    // One token marks the endpoint as billed by tokens, so that unreadable usage is unknown rather than none.
    const held = { tokens: 1, input_tokens: 1, output_cap: null };
    const plan = this.#plan(event, { ...held, model: this.#models.transcription, begun: true });
    const permit = permitOrUncounted(this.#options.recorder.reserve(plan));
    const attempt = new Attempt(plan, permit, now);
    attempt.head(SWITCHING_PROTOCOLS, (name) => name === "x-request-id" ? this.#options.request_id : null);
    attempt.answered({ usage: event.usage });
    return permit.recorded;
  }

  #ended(id: string | null, response: Record<string, unknown>): Promise<void> | undefined {
    const turn = this.#take((turn) => turn.id === id) ?? this.#take((turn) => turn.id === null);
    if (!turn) return;
    turn.attempt.head(SWITCHING_PROTOCOLS, this.#header);
    turn.attempt.answered({ ...response, error: response.error ?? fieldsOf(response.status_details).error });
    return turn.recorded;
  }

  /**
   * An error names the caller's event that caused it. Without a name it belongs to the oldest create without an event_id; on a
   * Responses socket it may also end the only response in progress.
   */
  #failed(event: SocketEvent): Promise<void> | undefined {
    const event_id = fieldsOf(event.error).event_id ?? event.client_event_id ?? null;
    const turn = this.#take((turn) => turn.id === null && (turn.event_id ?? null) === event_id) ??
      this.#take(() => event_id === null && this.#options.endpoint === "responses" && this.#turns.length === 1);
    if (!turn) return;
    turn.attempt.head(typeof event.status === "number" ? event.status : 400, this.#header);
    turn.attempt.answered({ error: event.error ?? event });
    return turn.recorded;
  }

  #take(is: (turn: Turn) => boolean): Turn | undefined {
    const at = this.#turns.findIndex(is);
    return at < 0 ? undefined : this.#turns.splice(at, 1)[0];
  }
}

const NO_TURNS: ReadonlySet<Turn> = new Set();
const now = () => performance.now();
