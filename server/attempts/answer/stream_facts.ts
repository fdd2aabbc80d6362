/** Reads usage, model, errors and text from a stream that ended or broke. */
import { fieldsOf, isObject, parseJson } from "../json.ts";
import { nextTurn } from "../next_turn.ts";
import { deltaText } from "./delta_text.ts";
import { combined, eventFacts, mayHaveText, noFacts, type StreamFacts, withAnswer } from "./event_facts.ts";
import { EventReader } from "./event_reader.ts";
import { StreamCopy } from "./stream_copy.ts";
import { isWhole } from "../usage/token_counts.ts";

/** Events without usage that are read before the attempt settles: more of them would hold up other calls. */
const MAX_RECENT_EVENTS = 1000;

/**
 * Reads the end of the copy backward: usage is in the last events, and the last usage counts.
 *
 * @param endpoint of the call.
 * @returns `null` if the end has no whole usage and the rest has to be read, too: {@link readStream} does.
 */
export function recentFacts(copy: ReadableCopy, endpoint: string): StreamFacts | null {
  const facts = noFacts();
  const texts: string[] = [];
  let deltas = 0;
  for (const { data, isError } of copy.eventsFromEnd()) {
    const isDone = data === "[DONE]";
    if (isDone) facts.done = true;
    // The error that a parser throws costs as much as reading fifty events.
    const event = isDone ? undefined : parseJson(data);
    // Cut off or garbage: other events may still have usage.
    if (!isObject(event) && !isError) continue;
    facts.events++;
    Object.assign(facts, combined(eventFacts(event, isError, endpoint), facts));
    if (isWhole(facts.counts)) return facts;
    if (++deltas > MAX_RECENT_EVENTS) return null;
    texts.push(deltaText(fieldsOf(event)));
  }
  return copy.isShort && !copy.reader ? withAnswer(facts, texts.reverse(), deltas) : null;
}

/** Bytes read between two looks at the clock. */
const STEP_BYTES = 8 << 10;

/** Milliseconds of reading before the event loop gets a turn. */
const SLICE_MS = 2;

/** Injected clock and pause. */
interface Pacing {
  now: () => number;
  pause: () => Promise<void>;
}

const PACING: Pacing = {
  now: () => performance.now(),
  pause: nextTurn,
};

/** A copy of a stream that is read when it has ended. */
export type ReadableCopy = StreamCopy<FactsReader>;

/** @param endpoint of the call. */
export function createStreamCopy(endpoint: string): ReadableCopy {
  return new StreamCopy(() => {
    const reader = new FactsReader(endpoint);
    // An answer this long is not kept as text.
    reader.facts.is_partial = true;
    return reader;
  });
}

/** Reads the facts of a stream, from its first event on. */
class FactsReader {
  readonly facts = noFacts();
  readonly #endpoint: string;
  readonly #texts: string[] = [];
  readonly #events = new EventReader((data, isSkimmed, isError) => this.#read(data, isSkimmed, isError));

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  push(bytes: Uint8Array): void {
    this.#events.push(bytes);
  }

  end(): StreamFacts {
    this.#events.end();
    return withAnswer(this.facts, this.#texts, this.#texts.length);
  }

  #read(data: unknown, isSkimmed: boolean, isError: boolean): void {
    const { facts } = this;
    if (data === "[DONE]") facts.done = true;
    const mayLackText = isSkimmed && mayHaveText(data);
    if (isObject(data) || isError) {
      facts.events++;
      Object.assign(facts, combined(facts, eventFacts(data, isError, this.#endpoint)));
      if (!facts.is_partial) this.#texts.push(deltaText(fieldsOf(data)));
    }
    facts.is_partial ||= mayLackText;
  }
}

/** Reads the rest of the copy, in slices that do not delay calls. */
export async function readStream(
  copy: ReadableCopy,
  endpoint: string,
  { now, pause }: Pacing = PACING,
): Promise<StreamFacts> {
  const reader = copy.reader ?? new FactsReader(endpoint);
  let began = now();
  for (const step of stepsOf(copy.chunks)) {
    reader.push(step);
    if (now() - began < SLICE_MS) continue;
    await pause();
    began = now();
  }
  return reader.end();
}

const readings = new Set<Promise<void>>();

/** Reads the whole copy, then calls `then` with the facts. */
export function readLater(copy: ReadableCopy, endpoint: string, then: (facts: StreamFacts) => void): void {
  const reading = readStream(copy, endpoint).then(then).finally(() => readings.delete(reading));
  readings.add(reading);
}

/** Resolves when no stream is being read. */
export async function streamsRead(): Promise<void> {
  await Promise.allSettled(readings);
}

function* stepsOf(chunks: Uint8Array[]): Generator<Uint8Array> {
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; at += STEP_BYTES) yield chunk.subarray(at, at + STEP_BYTES);
  }
}
