/**
 * The upstream of a chaos run. Its ledger has every request and answer, to the byte. It writes HTTP by itself, because a
 * library would correct the answers that are broken on purpose.
 */
import { type Body, bodyOf } from "./bodies.ts";
import { asChunk, Connection, head, LAST_CHUNK, type Request } from "./connection.ts";
import type { Call, Fate } from "./plan.ts";
import { Random } from "./random.ts";

/** One request as received, and how it ended. */
export interface Entry {
  call: Call;
  retry: number;
  fate: Fate;
  /** The status sent; `null` before it. */
  status: number | null;
  end: "complete" | "cut" | "left";
  /** Whether a valid usage was sent completely. */
  sent_usage: boolean;
  /** Whether it is the first poll whose answer has the usage of its response. */
  sends_cost: boolean;
  /** The words of the answer, when all were sent. */
  text: string;
}

export interface ChaosUpstream {
  url: string;
  /** Every request, in the order of arrival; the runner removes them. */
  entries: Entry[];
  /** The expected calls, by id. */
  calls: Map<string, Call>;
  /** Called when a call is left hanging. */
  onHang: (call: Call) => void;
  /** Called when a request arrives. */
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
  /** Background responses whose usage was not sent yet, by the id of the call that created them. */
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
  const answer = async (connection: Connection, request: Request): Promise<boolean> => {
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
      sent_usage: false,
      sends_cost: false,
      text: "",
    };
    upstream.entries.push(entry);
    upstream.onArrival(call);
    const body = bodyOf(call, fate, request.body.includes('"include_usage":true'));
    // These are never cut, so the answer will arrive.
    if (call.operation === "background") running.add(call.id);
    if (call.operation === "poll" && body.usage_end !== null) entry.sends_cost = running.delete(call.of!);
    upstream.busy++;
    try {
      return await play(connection, entry, body, upstream.onHang);
    } finally {
      upstream.busy--;
    }
  };
  (async () => {
    for await (const connection of listener) {
      connection.setNoDelay();
      open.add(connection);
      serve(new Connection(connection), answer).finally(() => {
        open.delete(connection);
        close(connection);
      });
    }
  })();
  return upstream;
}

async function serve(
  connection: Connection,
  answer: (connection: Connection, request: Request) => Promise<boolean>,
): Promise<void> {
  for (let reusable = true; reusable;) {
    const request = await connection.request();
    reusable = request !== null && await answer(connection, request);
  }
}

/** Plays one fate. Resolves to whether the connection may be reused. */
async function play(connection: Connection, entry: Entry, body: Body, onHang: (call: Call) => void): Promise<boolean> {
  const { kind, at, pieces } = entry.fate;
  const hangs = kind === "hang_before_head" || kind === "hang_inside";
  if (kind === "hang_before_head") return await hang(connection, entry, onHang);
  if (kind === "cut_before_head") return false;
  const random = new Random(entry.fate.seed);
  const chunked = entry.call.operation.includes("stream") || random.chance(0.2);
  entry.status = body.status;
  if (!await connection.write(head(body, chunked))) return left(entry);
  if (kind === "cut_after_head") return await connection.turn(), false;
  const breaks = hangs || kind === "cut_inside";
  // Without the last byte: otherwise the body would not be cut.
  const until = breaks ? Math.min(body.bytes.length - 1, Math.floor(body.bytes.length * at)) : body.bytes.length;
  for (const piece of cutUp(body.bytes.subarray(0, until), pieces, random)) {
    if (!await connection.write(chunked ? asChunk(piece) : piece)) return left(entry);
    if (pieces > 1) await connection.turn();
  }
  entry.sent_usage = body.usage_end !== null && until >= body.usage_end;
  if (hangs) return await hang(connection, entry, onHang);
  if (breaks) return false;
  if (chunked && !await connection.write(LAST_CHUNK)) return left(entry);
  entry.end = "complete";
  entry.text = body.text;
  return true;
}

async function hang(connection: Connection, entry: Entry, onHang: (call: Call) => void): Promise<boolean> {
  onHang(entry.call);
  await connection.closed();
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
  } catch { /* It is already closed. */ }
}
