/** The random plan of a run: the calls, their ways, and how the upstream treats each attempt. */
import type { Random } from "./random.ts";

export const OPERATIONS = {
  chat: 3,
  chat_stream: 5,
  chat_stream_usage: 2,
  response: 2,
  response_stream: 3,
  embedding: 2,
  background: 0.5,
} as const;
export type Operation = keyof typeof OPERATIONS | "poll";

/** How the upstream treats one attempt. */
export type FateKind =
  | "answer"
  | "in_progress"
  | "gzip"
  | "no_usage"
  | "nonsense_usage"
  | "html"
  | "malformed"
  | "error_inside"
  | "rate_limited"
  | "insufficient_quota"
  | "bad_request"
  | "server_error"
  | "overloaded"
  | "cut_before_head"
  | "cut_after_head"
  | "cut_inside"
  | "hang_before_head"
  | "hang_inside";

export interface Fate {
  kind: FateKind;
  /** Different for each attempt, so that the tokens identify it. */
  input_tokens: number;
  output_tokens: number;
  words: number;
  /** The position of a cut or a hang, as a share of the body. */
  at: number;
  /** How many pieces the body is sent in; the cuts are random. */
  pieces: number;
  line_end: "\n" | "\r\n";
  /** Whether an error has headers for the wait and the limits. */
  has_headers: boolean;
  /** Seed for random choices while the answer is written. */
  seed: number;
}

/** How a caller leaves before the end. */
export interface Leave {
  how: "break" | "abort";
  /** A number of received chunks, or of turns of the event loop. */
  after: number;
  unit: "chunks" | "turns";
}

/** One operation of the SDK. */
export interface Call {
  id: string;
  way: "client" | "gateway";
  workspace: string;
  operation: Operation;
  retries: number;
  /** One for each attempt; further attempts repeat the last. */
  fates: Fate[];
  leave: Leave | null;
  /** For a poll: the call that created the response. */
  of: string | null;
}

const FATES: Record<FateKind, number> = {
  answer: 60,
  in_progress: 0,
  gzip: 3,
  no_usage: 4,
  nonsense_usage: 4,
  html: 1,
  malformed: 2,
  error_inside: 2,
  rate_limited: 7,
  insufficient_quota: 1,
  bad_request: 2,
  server_error: 5,
  overloaded: 2,
  cut_before_head: 3,
  cut_after_head: 2,
  cut_inside: 5,
  hang_before_head: 1,
  hang_inside: 2,
};

/** The SDK retries after these; without a wait in the headers it waits half a second. */
const RETRIED = new Set<FateKind>(["rate_limited", "server_error", "overloaded"]);

/** The next call of a program; for a background response, also the polls for it. */
export function nextCalls(random: Random, number: number, workspaces: readonly string[]): Call[] {
  const operation = random.weighted(OPERATIONS);
  const call = aCall(random, `${number}`, random.pick(workspaces), operation);
  return operation === "background" ? [call, ...polls(random, call)] : [call];
}

function aCall(random: Random, id: string, workspace: string, operation: Operation): Call {
  const fates = [aFate(random)];
  const retries = random.int(0, 2);
  while (fates.length <= retries && RETRIED.has(fates[fates.length - 1].kind)) fates.push(aFate(random));
  const waits = fates.slice(0, retries).every(({ kind, has_headers }) => !RETRIED.has(kind) || has_headers);
  const cut = fates.some(({ kind }) =>
    kind === "cut_before_head" || kind === "cut_after_head" || kind === "cut_inside"
  );
  const way = random.pick(["client", "gateway"] as const);
  const leave = aLeave(random, operation);
  const patient = (waits && !cut) || random.chance(0.01);
  return { id, way, workspace, operation, retries: patient ? retries : 0, fates, leave, of: null };
}

function aLeave(random: Random, operation: Operation): Leave | null {
  if (random.chance(0.02)) return { how: "abort", after: random.int(0, 12), unit: "turns" };
  if (!operation.includes("stream") || !random.chance(0.15)) return null;
  return { how: random.pick(["break", "abort"] as const), after: random.int(1, 8), unit: "chunks" };
}

/** Polls a background response until it is done, and up to twice more. */
function polls(random: Random, created: Call): Call[] {
  created.leave = null;
  created.retries = 0;
  created.fates = [{ ...aFate(random), kind: "in_progress" }];
  const end: Fate = { ...aFate(random), kind: "answer" };
  const waiting = random.int(0, 3);
  return Array.from({ length: waiting + random.int(1, 3) }, (_, at): Call => {
    const fate: Fate = at < waiting ? { ...aFate(random), kind: "in_progress" } : end;
    const busy: Fate = { ...aFate(random), kind: random.pick(["rate_limited", "server_error"]), has_headers: true };
    const fates = random.chance(0.2) ? [busy, fate] : [fate];
    return {
      ...aCall(random, `${created.id}.${at}`, created.workspace, "poll"),
      fates,
      leave: null,
      retries: 1,
      of: created.id,
    };
  });
}

let tokens = 0;

function aFate(random: Random): Fate {
  const kind = random.weighted(FATES);
  return {
    kind,
    input_tokens: 1000 + (tokens++ % 1_000_000),
    output_tokens: random.int(1, 900),
    words: random.int(1, 12),
    at: random.next(),
    pieces: random.chance(0.3) ? random.int(2, 8) : 1,
    line_end: random.chance(0.15) ? "\r\n" : "\n",
    has_headers: random.chance(0.7),
    seed: random.int(0, 2 ** 31),
  };
}
