/**
 * The upstream of a chaotic run, on bare connections: what it was asked and what it answered, to the byte, is its ledger.
 * Its HTTP is its own, so that no library mends what is meant to be broken.
 */
import { type Body, bodyOf } from "./bodies.ts";
import { asChunk, head, LAST_CHUNK, Line, type Request } from "./line.ts";
import type { Call, Fate } from "./plan.ts";
import { Random } from "./random.ts";

/** One request as it arrived, and how it ended. */
export interface Entry {
  call: Call;
  retry: number;
  fate: Fate;
  /** Told to the caller; `null` while nothing was. */
  status: number | null;
  end: "complete" | "cut" | "left";
  /** A usage that makes sense has gone out whole. */
  told_usage: boolean;
  /** A poll, and the first to be told what its response cost. */
  tells_cost: boolean;
  /** The answer's words, when all of them went out. */
  text: string;
}

export interface ChaosUpstream {
  url: string;
  /** Every request in the order of arrival; the runner takes them away. */
  entries: Entry[];
  /** The calls that may come, by id. */
  calls: Map<string, Call>;
  /** Tells that a call has been left hanging. */
  onHang: (call: Call) => void;
  /** Told of each request as it arrives. */
  onArrival: (call: Call) => void;
  /** Requests that belong to no call. */
  strays: number;
  /** Requests that are being answered. */
  busy: number;
  close(): void;
}

export function startChaosUpstream(): ChaosUpstream {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  const arrivals = new WeakMap<Call, number>();
  /** Responses in the background whose end was not told yet, by the id of the call that made them. */
  const running = new Set<string>();
  const upstream: ChaosUpstream = {
    url: `http://127.0.0.1:${listener.addr.port}/v1`,
    entries: [],
    calls: new Map(),
    onHang: () => {},
    onArrival: () => {},
    strays: 0,
    busy: 0,
    close() {
      listener.close();
      for (const connection of open) close(connection);
    },
  };
  const answer = async (line: Line, request: Request): Promise<boolean> => {
    const { headers } = request;
    const call = upstream.calls.get(headers.get("x-chaos") ?? "");
    if (!call) return upstream.strays++, false;
    const before = arrivals.get(call) ?? 0;
    arrivals.set(call, before + 1);
    const fate = call.fates[Math.min(before, call.fates.length - 1)];
    const retry = Number(headers.get("x-stainless-retry-count") ?? 0);
    const entry: Entry = {
      call,
      retry,
      fate,
      status: null,
      end: "cut",
      told_usage: false,
      tells_cost: false,
      text: "",
    };
    upstream.entries.push(entry);
    upstream.onArrival(call);
    const body = bodyOf(call, fate, request.body.includes('"include_usage":true'));
    // Nothing cuts these short, so what is about to be answered will be known.
    if (call.operation === "background") running.add(call.id);
    if (call.operation === "poll" && body.usage_end !== null) entry.tells_cost = running.delete(call.of!);
    upstream.busy++;
    try {
      return await play(line, entry, body, upstream.onHang);
    } finally {
      upstream.busy--;
    }
  };
  (async () => {
    for await (const connection of listener) {
      connection.setNoDelay();
      open.add(connection);
      serve(new Line(connection), answer).finally(() => {
        open.delete(connection);
        close(connection);
      });
    }
  })();
  return upstream;
}

async function serve(line: Line, answer: (line: Line, request: Request) => Promise<boolean>): Promise<void> {
  for (let goesOn = true; goesOn;) {
    const request = await line.request();
    goesOn = request !== null && await answer(line, request);
  }
}

/** Plays one fate; whether the connection may be used again. */
async function play(line: Line, entry: Entry, body: Body, onHang: (call: Call) => void): Promise<boolean> {
  const { kind, at, pieces } = entry.fate;
  const hangs = kind === "hang_before_head" || kind === "hang_inside";
  if (kind === "hang_before_head") return await hang(line, entry, onHang);
  if (kind === "cut_before_head") return false;
  const random = new Random(entry.fate.seed);
  const chunked = entry.call.operation.includes("stream") || random.chance(0.2);
  entry.status = body.status;
  if (!await line.write(head(body, chunked))) return left(entry);
  if (kind === "cut_after_head") return await line.turn(), false;
  const breaks = hangs || kind === "cut_inside";
  // Not the last byte of it: what is whole has not been cut.
  const until = breaks ? Math.min(body.bytes.length - 1, Math.floor(body.bytes.length * at)) : body.bytes.length;
  for (const piece of cutUp(body.bytes.subarray(0, until), pieces, random)) {
    if (!await line.write(chunked ? asChunk(piece) : piece)) return left(entry);
    if (pieces > 1) await line.turn();
  }
  entry.told_usage = body.usage_end !== null && until >= body.usage_end;
  if (hangs) return await hang(line, entry, onHang);
  if (breaks) return false;
  if (chunked && !await line.write(LAST_CHUNK)) return left(entry);
  entry.end = "complete";
  entry.text = body.text;
  return true;
}

async function hang(line: Line, entry: Entry, onHang: (call: Call) => void): Promise<boolean> {
  onHang(entry.call);
  await line.gone();
  return left(entry);
}

function left(entry: Entry): boolean {
  entry.end = "left";
  return false;
}

function cutUp(bytes: Uint8Array, pieces: number, random: Random): Uint8Array[] {
  const cuts = Array.from({ length: pieces - 1 }, () => random.int(0, bytes.length)).sort((a, b) => a - b);
  return [0, ...cuts].map((from, at) => bytes.subarray(from, cuts[at])).filter((piece) => piece.length > 0);
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch { /* It is closed already. */ }
}
