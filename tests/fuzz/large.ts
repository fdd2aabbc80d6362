/** The largest bodies, answers and messages that are accepted, of the values that are dearest to read. */
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { ServiceProcess } from "./service_process.ts";

const MIB = 1 << 20;

/** Memory that does not grow with the bytes: code, and buffers that the runtime frees late. */
const FIXED_BYTES = 96 * MIB;

/**
 * For a message of a caller. The package ws masks it in one loop: 20 ms when that is compiled, and ten times as long before,
 * which lasts on a busy machine.
 */
const MAX_MASKING_MS = 400;

/** A body of this many bytes and one value repeated in it. */
interface Case {
  bytes: number;
  /** Instead of the usual bound. */
  max_stall_ms?: number;
  unit: string;
  run(room: Room, text: string): Promise<unknown>;
}

interface Room {
  url: string;
  /** Set to what the provider answers. */
  answer: { type: string; encoding?: string; body: string | Uint8Array; message?: string };
}

const UNITS = ["[],", "{},", '"\\n",', "-0.5,", "text and "];

const answered = (type: string) => async (room: Room, body: string) => {
  room.answer = { type, body };
  return await (await call(room, '{"model":"m","stream":true,"input":"x"}')).arrayBuffer();
};

const CASES: Record<string, (unit: string) => Case> = {
  "request": (unit) => ({
    bytes: 60 * MIB,
    unit,
    run: async (room, text) => await (await call(room, `{"model":"m","messages":[${text}0]}`)).arrayBuffer(),
  }),
  "answer": (unit) => ({ bytes: 60 * MIB, unit, run: answered("application/json") }),
  "page": (unit) => ({ bytes: 60 * MIB, unit, run: answered("text/html") }),
  "line of a stream": (unit) => ({ bytes: 15 * MIB, unit, run: answered("text/event-stream") }),
  "stream": (unit) => ({ bytes: 15 * MIB, unit: `data: {"x":[${unit}0]}\n\n`, run: answered("text/event-stream") }),
  "compressed answer": (unit) => ({
    bytes: 8 * MIB,
    unit,
    run: async (room, text) => {
      room.answer = { type: "application/json", encoding: "gzip", body: gzipSync(`{"data":[${text}0]}`) };
      return await (await call(room, "{}")).arrayBuffer();
    },
  }),
  "message of a caller": (unit) => ({
    bytes: 15 * MIB,
    max_stall_ms: MAX_MASKING_MS,
    unit,
    run: (room, text) => talk(room, `{"type":"response.create","response":{"tools":[${text}0]}}`, "{}"),
  }),
  "message of the upstream": (unit) => ({
    bytes: 15 * MIB,
    unit,
    run: (room, text) =>
      talk(room, '{"type":"response.create"}', `{"type":"response.done","response":{"o":[${text}0]}}`),
  }),
};

/**
 * Sends each, and measures.
 *
 * @param max_stall_ms the event loop may not stall for longer.
 * @throws {Error} if one takes longer, or more than three times its bytes in memory.
 */
export async function attackWithLargeBodies(max_stall_ms: number): Promise<void> {
  const room: Room = { url: "", answer: { type: "application/json", body: "{}" } };
  const provider = await startProvider(room);
  await using service = await ServiceProcess.start(`http://127.0.0.1:${(provider.address() as AddressInfo).port}`);
  room.url = service.url;
  for (let calls = 0; calls < 20; calls++) await (await call(room, "{}")).body?.cancel();
  for (const [name, of] of Object.entries(CASES)) {
    let longest_ms = 0, largest = 0;
    for (const unit of UNITS) {
      const { bytes, unit: repeated, run, max_stall_ms: max_ms = max_stall_ms } = of(unit);
      const { resident_bytes } = await service.read();
      await run(room, repeated.repeat(bytes / repeated.length));
      const { stall_ms, peak_bytes, defects } = await service.read();
      const excess = peak_bytes - resident_bytes - FIXED_BYTES;
      const fault = defects[0] ??
        (stall_ms > max_ms ? `the event loop stalled for ${Math.round(stall_ms)} ms` : null) ??
        (excess > 3 * bytes ? `it took ${(excess + FIXED_BYTES) >> 20} MiB of memory` : null);
      if (fault) throw new Error(`A ${name} of ${bytes >> 20} MiB of ${JSON.stringify(unit)}: ${fault}`);
      longest_ms = Math.max(longest_ms, stall_ms);
      largest = Math.max(largest, peak_bytes - resident_bytes);
    }
    console.log(
      `large ${name}: ${longest_ms.toFixed(0)} ms at most without a turn, ${largest >> 20} MiB more memory at most`,
    );
  }
  provider.closeAllConnections();
  provider.close();
}

async function startProvider(room: Room) {
  const provider = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume().on("end", () => {
      const { type, encoding, body } = room.answer;
      response.writeHead(200, { "content-type": type, ...(encoding && { "content-encoding": encoding }) }).end(body);
    });
  });
  const sockets = new WebSocketServer({ server: provider, perMessageDeflate: false });
  sockets.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", () => socket.send(room.answer.message ?? ""));
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  return provider;
}

function call({ url }: Room, body: string): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(`${url}/w/acme/v1/responses`, { method: "POST", headers, body });
}

/** Sends a message over a socket, and resolves to the answer. */
async function talk(room: Room, message: string, answer: string): Promise<Buffer> {
  room.answer.message = answer;
  const options = { perMessageDeflate: false };
  const socket = new WebSocket(`${room.url.replace("http", "ws")}/w/acme/v1/realtime?model=m`, options);
  await new Promise((resolve) => socket.once("open", resolve));
  const received = new Promise<RawData>((resolve) => socket.once("message", resolve));
  socket.send(message);
  const data = await received;
  socket.terminate();
  return data as Buffer;
}
