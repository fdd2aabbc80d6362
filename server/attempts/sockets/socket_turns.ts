/**
 * Counts what goes over one WebSocket, whoever carries it: each response, from its `response.create` to its end, is one
 * attempt. The client's sockets and the gateway's are counted by this alone.
 */
import { Attempt } from "../attempt.ts";
import { type AttemptPlan, DEFAULT_WAIT_MS, isRefusal, type Permit, type Refusal } from "../recorder.ts";
import {
  fields,
  limitHeadersOfEvent,
  nonEmptyName,
  refusalEvent,
  RESPONSE_END_EVENTS,
  sessionModels,
  type SocketEvent,
  SWITCHING_PROTOCOLS,
  TRANSCRIPTION_COMPLETED,
} from "./socket_events.ts";
import { permitForStarted, permitOrUncounted } from "./socket_permits.ts";
import { socketPlan, type TurnsOptions } from "./socket_plan.ts";

/** What carries the events. */
interface SocketOutput {
  /** Sends the provider what the caller did not. */
  toProvider(event: SocketEvent): void;
  /** Tells the caller what the provider did not. */
  toCaller(event: SocketEvent): void;
}

/** One response from its create to its end. */
export interface Turn {
  readonly event_id: unknown;
  id: string | null;
  readonly attempt: Attempt;
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

  /** Responses under way. */
  get size(): number {
    return this.#turns.length;
  }

  /**
   * Asks leave for a `response.create` that the caller is about to send.
   *
   * @returns the turn that begins with it; `null` where it must not be sent: then the caller has been told.
   */
  create(event: SocketEvent): Turn | null | Promise<Turn | null> {
    const plan = this.#plan(event);
    const go = (decision: Permit | Refusal) => {
      if (!isRefusal(decision)) return this.#begin(plan, decision, event.event_id, null);
      this.#output.toCaller(refusalEvent(decision, event.event_id));
      return null;
    };
    const decision = this.#options.recorder.reserve(plan, this.#wait());
    // Whoever closes the socket gives up his place in the line.
    return decision instanceof Promise ? decision.then(go, () => null) : go(decision);
  }

  /** A turn whose create never left: it counts for nothing. */
  unsent(turn: Turn): void {
    if (this.#take((other) => other === turn)) turn.attempt.unsent(null);
  }

  /** An event of the provider's has come. A Live session's own hold those of the responses that it delegates. */
  received(told: SocketEvent): void {
    const event: SocketEvent = told.type === "response.event" ? fields(told.event) : told;
    const response = fields(event.response);
    const id = nonEmptyName(response.id);
    if (event.type === "response.created") this.#created(id, response);
    else if (event.type === "rate_limits.updated") Object.assign(this.#limits, limitHeadersOfEvent(event.rate_limits));
    else if (event.type === "error") this.#failed(event);
    else if (event.type === "session.created" || event.type === "session.updated") this.#configured(event.session);
    else if (event.type === TRANSCRIPTION_COMPLETED) this.#transcribed(event);
    else if (RESPONSE_END_EVENTS.has(String(event.type))) this.#ended(id, response);
  }

  /**
   * The line is gone: what was under way took tokens that nobody tells.
   *
   * @param left by the caller's own will.
   * @param kept turns whose create is kept for the next line.
   */
  disconnected(left: boolean, kept: ReadonlySet<Turn> = NONE): void {
    for (const turn of this.#turns.filter((turn) => !kept.has(turn))) {
      this.#take((other) => other === turn);
      if (left) turn.attempt.aborted();
      else turn.attempt.broke("connection_lost");
    }
  }

  /** There will be no other line: whoever waits for leave gives up his place. */
  close(left: boolean): void {
    this.#waits.abort();
    this.disconnected(left);
  }

  #wait() {
    const { on_limit, max_wait_ms = DEFAULT_WAIT_MS } = this.#options;
    return on_limit === "wait" ? { signal: this.#waits.signal, max_wait_ms } : undefined;
  }

  #plan(event: SocketEvent, over?: Partial<AttemptPlan>): AttemptPlan {
    return socketPlan({ ...this.#options, model: this.#models.model ?? this.#options.model }, event, over);
  }

  #begin(plan: AttemptPlan, permit: Permit, event_id: unknown, id: string | null): Turn {
    // Not as a stream: what was said before on this socket is part of the question, and no text of it is at hand.
    const attempt = new Attempt({ ...plan, stream: false }, permit, now);
    const turn = { event_id, id, attempt };
    this.#turns.push(turn);
    return turn;
  }

  #created(id: string | null, response: Record<string, unknown>): void {
    const turn = this.#turns.find((turn) => turn.id === null);
    if (turn) turn.id = id;
    else this.#unasked(id, response);
  }

  /** The provider has begun a response by itself. Without leave for it, it is cancelled where that can be; it was counted there all the same. */
  #unasked(id: string | null, response: Record<string, unknown>): void {
    const plan = this.#plan({ type: "response.create", response });
    const { recorder } = this.#options;
    let turn: Turn | null = null;
    const permit = permitForStarted(recorder.reserve(plan), (refusal) => {
      // Named, so that the answer to it is not taken for the answer to a create. The other sockets know no cancel.
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

  /** It is over when it is told of, so there is no leave to ask. */
  #transcribed(event: SocketEvent): void {
    if (event.usage === undefined) return;
    // One token, because what cannot be read is unknown only where there are tokens.
    const held = { tokens: 1, input_tokens: 1, output_cap: null };
    const plan = this.#plan(event, { ...held, model: this.#models.transcription, begun: true });
    const attempt = new Attempt(plan, permitOrUncounted(this.#options.recorder.reserve(plan)), now);
    attempt.head(SWITCHING_PROTOCOLS, () => null);
    attempt.body(JSON.stringify({ usage: event.usage }));
  }

  #ended(id: string | null, response: Record<string, unknown>): void {
    const { attempt } = this.#take((turn) => turn.id === id) ?? this.#take((turn) => turn.id === null) ?? {};
    if (!attempt) return;
    attempt.head(SWITCHING_PROTOCOLS, (name) => this.#limits[name]);
    const error = response.error ?? fields(response.status_details).error;
    attempt.body(JSON.stringify({ ...response, error }));
  }

  /**
   * An error names the caller's event that it answers; without a name it answers the oldest create that has none either.
   * On a Responses socket it also ends the one response under way.
   */
  #failed(event: SocketEvent): void {
    const event_id = fields(event.error).event_id ?? event.client_event_id ?? null;
    const turn = this.#take((turn) => turn.id === null && (turn.event_id ?? null) === event_id) ??
      this.#take(() => event_id === null && this.#options.endpoint === "responses" && this.#turns.length === 1);
    if (!turn) return;
    turn.attempt.head(typeof event.status === "number" ? event.status : 400, (name) => this.#limits[name]);
    turn.attempt.body(JSON.stringify({ error: event.error ?? event }));
  }

  #take(is: (turn: Turn) => boolean): Turn | undefined {
    const at = this.#turns.findIndex(is);
    return at < 0 ? undefined : this.#turns.splice(at, 1)[0];
  }
}

const NONE: ReadonlySet<Turn> = new Set();

const now = () => performance.now();
