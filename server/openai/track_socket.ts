/**
 * Counts what goes over a WebSocket, which no fetch sees: each `response.create` and its end are one attempt. For the SDK's
 * Realtime and Responses sockets, of the runtime or of `ws`, and whatever else speaks in their events.
 */
import { Attempt } from "./attempt.ts";
import type { TrackingOptions } from "./client_tracking.ts";
import { type AttemptPlan, isRefusal, type Permit, type Refusal } from "./recorder.ts";
import { reservedTokens } from "./reserved_tokens.ts";
import {
  type AnySocket,
  ENDS,
  fields,
  limitHeadersIn,
  parsed,
  refusalEvent,
  type SocketEvent,
  SWITCHED,
} from "./socket_events.ts";

/** What tracking needs of a socket; the SDK's have it. */
export interface EventSocket {
  send(event: never): void;
  on(event: never, listener: never): unknown;
  close(props?: never): void;
  /** The socket below. */
  socket: object;
  url?: URL;
}

export type SocketTracking = Pick<TrackingOptions, "workspace" | "recorder" | "app"> & {
  /** What it is counted under: `realtime` or `responses`; by default as the socket's URL says. */
  endpoint?: string;
};

/**
 * Tracks a socket, in place. A refused `response.create` is not sent: the socket's `error` event tells it, as it tells an
 * error of the provider's. Where leave has to be asked for elsewhere, what is sent meanwhile waits behind it, in order.
 *
 * A response that the provider begins by itself, as it does when it hears a speaker end, is counted too; where there is no
 * leave for it, it is cancelled.
 *
 * @returns the socket itself.
 */
export function trackSocket<S extends EventSocket>(socket: S, tracking: SocketTracking): S {
  new SocketTracker(socket as unknown as AnySocket, tracking);
  return socket;
}

/** One response from its create to its end. */
interface Turn {
  event_id: unknown;
  id: string | null;
  attempt: Attempt;
}

class SocketTracker {
  readonly #socket: AnySocket;
  readonly #tracking: SocketTracking;
  readonly #endpoint: string;
  readonly #turns: Turn[] = [];
  readonly #limits: Record<string, string> = {};
  readonly #ours = new WeakSet<object>();
  /** What is sent while leave is asked for goes behind it. */
  #line: Promise<void> | null = null;
  #left = false;

  constructor(socket: AnySocket, tracking: SocketTracking) {
    this.#socket = socket;
    this.#tracking = tracking;
    this.#endpoint = tracking.endpoint ?? (socket.url?.pathname.endsWith("/responses") ? "responses" : "realtime");
    this.#wrap("send", (event) => event as SocketEvent);
    this.#wrap("sendResponseCreate", (event) => event as SocketEvent);
    this.#wrap("sendRaw", parsed);
    const close = socket.close.bind(socket);
    socket.close = (props) => (this.#left = true, close(props));
    socket.on("event", (event) => this.#heard(event));
    for (const name of ["reconnecting", "close"]) socket.on(name, () => this.#lost());
    // Not every one of the SDK's sockets tells of its end itself.
    socket.socket.addEventListener?.("close", () => this.#lost());
  }

  #wrap(name: "send" | "sendRaw" | "sendResponseCreate", eventOf: (sent: unknown) => SocketEvent | null): void {
    const send = (this.#socket[name] as ((sent: unknown) => void) | undefined)?.bind(this.#socket);
    if (!send) return;
    this.#socket[name] = (sent: unknown) => {
      const event = eventOf(sent);
      const step = () => event?.type === "response.create" ? this.#create(event, () => send(sent)) : send(sent);
      if (this.#line) this.#queue(this.#line.then(step));
      else {
        const waits = step();
        if (waits) this.#queue(waits);
      }
    };
  }

  #queue(step: Promise<void>): void {
    const line = step.catch(() => {}).finally(() => this.#line === line && (this.#line = null));
    this.#line = line;
  }

  #create(event: SocketEvent, send: () => void): void | Promise<void> {
    const plan = this.#plan(event);
    const go = (decision: Permit | Refusal) => {
      if (isRefusal(decision)) return this.#refuse(decision, event.event_id);
      this.#begin(plan, decision, event.event_id, null);
      send();
    };
    const decision = this.#tracking.recorder.reserve(plan);
    return decision instanceof Promise ? decision.then(go) : go(decision);
  }

  #begin(plan: AttemptPlan, permit: Permit, event_id: unknown, id: string | null): Turn {
    // Not as a stream: what was said before on this socket is part of the question, and no text of it is at hand.
    const attempt = new Attempt({ ...plan, stream: false }, permit, () => performance.now());
    const turn = { event_id, id, attempt };
    this.#turns.push(turn);
    return turn;
  }

  #plan(event: SocketEvent): AttemptPlan {
    const asked = this.#endpoint === "responses" ? event : fields(event.response);
    const model = asked.model ?? this.#socket.url?.searchParams.get("model");
    const { workspace, app } = this.#tracking;
    return {
      id: crypto.randomUUID(),
      call_id: crypto.randomUUID(),
      retry: 0,
      workspace_id: workspace,
      endpoint: this.#endpoint,
      model: typeof model === "string" ? model.slice(0, 200) : null,
      app: app ?? null,
      stream: true,
      ...reservedTokens("responses", JSON.stringify(event).length, asked),
    };
  }

  #heard(event: SocketEvent): void {
    if (this.#ours.has(event)) return;
    const response = fields(event.response);
    const id = typeof response.id === "string" ? response.id : null;
    if (event.type === "response.created") this.#created(id, response);
    else if (event.type === "rate_limits.updated") Object.assign(this.#limits, limitHeadersIn(event.rate_limits));
    else if (event.type === "error") this.#failed(event);
    else if (ENDS.has(String(event.type))) this.#ended(id, response);
  }

  #created(id: string | null, response: Record<string, unknown>): void {
    const turn = this.#turns.find((turn) => turn.id === null);
    if (turn) turn.id = id;
    else void this.#unasked(id, response);
  }

  async #unasked(id: string | null, response: Record<string, unknown>): Promise<void> {
    const plan = this.#plan({ type: "response.create", response });
    const decision = this.#tracking.recorder.reserve(plan);
    const known = decision instanceof Promise ? await decision : decision;
    if (!isRefusal(known)) return void this.#begin(plan, known, null, id);
    this.#socket.send({ type: "response.cancel", response_id: id });
    this.#refuse(known, null);
  }

  #ended(id: string | null, response: Record<string, unknown>): void {
    const { attempt } = this.#take((turn) => turn.id === id) ?? this.#take((turn) => turn.id === null) ?? {};
    if (!attempt) return;
    attempt.head(SWITCHED, (name) => this.#limits[name]);
    const error = response.error ?? fields(response.status_details).error;
    attempt.body(JSON.stringify({ ...response, error }));
  }

  /** An error that names no other event of the caller's is the answer to the oldest create that has none. */
  #failed(event: SocketEvent): void {
    const { event_id } = fields(event.error);
    const named = event_id === undefined || event_id === null ? null : event_id;
    const turn = this.#take((turn) => turn.id === null && (named === null || turn.event_id === named));
    if (!turn) return;
    turn.attempt.head(typeof event.status === "number" ? event.status : 400, (name) => this.#limits[name]);
    turn.attempt.body(JSON.stringify({ error: event.error ?? event }));
  }

  /** The line is gone: what was under way took tokens that nobody tells. */
  #lost(): void {
    for (const { attempt } of this.#turns.splice(0)) {
      if (this.#left) attempt.aborted();
      else attempt.broke("connection_lost");
    }
  }

  #take(is: (turn: Turn) => boolean): Turn | undefined {
    const at = this.#turns.findIndex(is);
    return at < 0 ? undefined : this.#turns.splice(at, 1)[0];
  }

  /** As an error event of the provider's would be told. */
  #refuse(refusal: Refusal, event_id: unknown): void {
    const event = refusalEvent(refusal, event_id);
    this.#ours.add(event);
    this.#socket._emit?.("event", event);
    this.#socket._onError?.(event);
  }
}
