/** Two readers of scripted responses, ours and undici's, whose results can be compared. */
import { Buffer } from "node:buffer";
import { Client, type Dispatcher } from "undici";
import { Connection } from "../../server/gateway/upstream/connection.ts";
import type { Failure, ResponseHandler } from "../../server/gateway/upstream/response_handler.ts";
import type { ResponseHead } from "../../server/gateway/upstream/response_head.ts";
import { ScriptedSocket, settle } from "./scripted_socket.ts";

/** The bytes that a server sends after one request. */
export interface ScriptedResponse {
  method: "GET" | "POST" | "HEAD";
  pieces: Uint8Array[];
}

/** A reader's result. */
export interface Reading {
  /** `waiting`: the response is incomplete and the connection open. */
  outcome: "complete" | "refused" | "waiting";
  status: number | null;
  /** Names and values in turn, without the blanks after a value. */
  headers: string[];
  body: string;
}

/** The result when all bytes have arrived, and the result after the connection has ended. */
export interface Readings {
  open: Reading;
  ended: Reading;
}

/** Reads responses to requests that are sent one after the other, on one connection while it can be kept. */
export async function readAll(reader: Reader, script: readonly ScriptedResponse[]): Promise<Readings[]> {
  const readings: Readings[] = [];
  for (const { method, pieces } of script) {
    const reading: Reading = { outcome: "waiting", status: null, headers: [], body: "" };
    const socket = await reader.send(method, reading);
    // A copy, because a reader may overwrite the bytes that it receives from a socket.
    await socket.receive(pieces.map((piece) => Uint8Array.from(piece)));
    const open = structuredClone(reading);
    if (reading.outcome === "waiting") {
      socket.push(null);
      await settle();
    }
    readings.push({ open, ended: reading });
  }
  await reader.close();
  return readings;
}

interface Reader {
  /** Sends a request, and keeps `reading` up to date. */
  send(method: ScriptedResponse["method"], reading: Reading): Promise<ScriptedSocket>;
  close(): Promise<void>;
}

/** The gateway's own. */
export class OwnReader implements Reader {
  #idle: { connection: Connection; socket: ScriptedSocket } | null = null;

  async send(method: string, reading: Reading): Promise<ScriptedSocket> {
    const { connection, socket } = this.#idle ?? this.#open();
    this.#idle = null;
    socket.written = Promise.withResolvers();
    connection.send(method, "x", [], new ReadingHandler(reading));
    await socket.written.promise;
    return socket;
  }

  async close(): Promise<void> {
    this.#idle?.connection.close();
    await settle(1);
  }

  #open() {
    const socket = new ScriptedSocket();
    const connection: Connection = new Connection((onOpen) => {
      queueMicrotask(() => onOpen(socket.asSocket()));
      return () => {};
    }, {
      idle: () => this.#idle = { connection, socket },
      closed: () => this.#idle = null,
    });
    return { connection, socket };
  }
}

class ReadingHandler implements ResponseHandler {
  constructor(private readonly reading: Reading) {}

  head({ status, raw }: ResponseHead): void {
    this.reading.status = status;
    this.reading.headers = [...raw];
  }
  data(bytes: Buffer): void {
    this.reading.body += bytes.toString("latin1");
  }
  end(): void {
    this.reading.outcome = "complete";
  }
  failed(_failure: Failure): void {
    this.reading.outcome = "refused";
  }
}

/** undici's. */
export class UndiciReader implements Reader {
  #socket: ScriptedSocket | null = null;
  readonly #client = new Client("http://upstream.test", {
    connect: (_options, done) => {
      const socket = this.#socket = new ScriptedSocket();
      queueMicrotask(() => done(null, socket.asSocket()));
    },
  });

  async send(method: ScriptedResponse["method"], reading: Reading): Promise<ScriptedSocket> {
    if (this.#socket) this.#socket.written = Promise.withResolvers();
    this.#client.dispatch({ method, path: "/", body: null }, undiciHandler(reading));
    for (let turn = 0; turn < 100 && !this.#socket; turn++) await settle(1);
    await this.#written();
    return this.#socket!;
  }

  async close(): Promise<void> {
    await this.#client.destroy();
  }

  /** Looked up at each write, because the socket may be a new one by then. */
  async #written(): Promise<void> {
    for (;;) {
      const socket = this.#socket!;
      if (await Promise.race([socket.written.promise.then(() => true), settle(1).then(() => false)])) return;
    }
  }
}

function undiciHandler(reading: Reading): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onResponseStart(controller, status) {
      if (status < 200) return;
      reading.status = status;
      const raw = controller.rawHeaders as Buffer[];
      reading.headers = raw.map((part) => part.toString("latin1").replace(/[ \t]+$/, ""));
    },
    onResponseData: (_controller, bytes) => void (reading.body += bytes.toString("latin1")),
    onResponseEnd: () => void (reading.outcome = "complete"),
    onResponseError: () => void (reading.outcome = "refused"),
  };
}
