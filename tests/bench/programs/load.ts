/** A load generator for machines without `wrk`: raw sockets under Bun, one request at a time on each. */
import process from "node:process";

interface RawSocket {
  write(bytes: Uint8Array): number;
  end(): void;
  data: Exchange;
}

interface Exchange {
  sent_at: number;
  head: string;
  /** The last characters received: the end of a stream may be split. */
  tail: string;
  /** Remaining bytes of the body; `null` when it is chunked. */
  left: number | null;
}

declare const Bun: {
  connect(options: {
    hostname: string;
    port: number;
    data: Exchange;
    socket: { open(socket: RawSocket): void; data(socket: RawSocket, bytes: Uint8Array): void; close(): void };
  }): Promise<RawSocket>;
  argv: string[];
  env: Record<string, string | undefined>;
};

const [address, connections, seconds] = Bun.argv.slice(2);
const { hostname, port, pathname, host } = new URL(address);
const body = Bun.env.BENCH_BODY ?? "";
const latin1 = new TextDecoder("latin1");
const extra = (Bun.env.BENCH_HEADERS ?? "").replace(/([\w-]+)=([^;]+);?/g, "$1: $2\r\n");
const request = new TextEncoder().encode(
  `${
    body ? "POST" : "GET"
  } ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nauthorization: Bearer sk-bench\r\n${extra}` +
    `content-length: ${new TextEncoder().encode(body).length}\r\n\r\n${body}`,
);
const times: number[] = [];
const BLANK_LINE = "\r\n\r\n";
const LAST_CHUNK = "0\r\n\r\n";
let errors = 0;
let running = true;

function send(socket: RawSocket): void {
  socket.data = { sent_at: performance.now(), head: "", tail: "", left: 0 };
  socket.write(request);
}

function receive(socket: RawSocket, bytes: Uint8Array): void {
  const exchange = socket.data;
  if (!exchange.head.endsWith(BLANK_LINE)) return begin(socket, exchange.head + latin1.decode(bytes));
  if (exchange.left !== null) exchange.left -= bytes.length;
  else exchange.tail = (exchange.tail + latin1.decode(bytes.subarray(-5))).slice(-5);
  finishIfEnded(socket);
}

function begin(socket: RawSocket, text: string): void {
  const exchange = socket.data;
  const end = text.indexOf(BLANK_LINE) + BLANK_LINE.length;
  if (end < BLANK_LINE.length) return void (exchange.head = text);
  exchange.head = text.slice(0, end);
  const length = /\ncontent-length: *(\d+)/i.exec(exchange.head);
  exchange.left = length ? Number(length[1]) - (text.length - end) : null;
  exchange.tail = text.slice(end).slice(-5);
  finishIfEnded(socket);
}

function finishIfEnded(socket: RawSocket): void {
  const { left, tail } = socket.data;
  if (left === null ? tail === LAST_CHUNK : left <= 0) finish(socket);
}

function finish(socket: RawSocket): void {
  times.push(performance.now() - socket.data.sent_at);
  if (!socket.data.head.startsWith("HTTP/1.1 2")) errors++;
  if (running) send(socket);
}

const started = performance.now();
const socket = { open: send, data: receive, close: () => void (running && errors++) };
const data = { sent_at: 0, head: "", tail: "", left: 0 };
for (let opened = 0; opened < Number(connections); opened++) {
  await Bun.connect({ hostname, port: Number(port), data: { ...data }, socket });
}
setTimeout(() => {
  running = false;
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 1000);
  const duration = (performance.now() - started) / 1000;
  console.log(
    JSON.stringify({ requests: times.length, seconds: duration, errors, p50_us: at(0.5), p99_us: at(0.99) }),
  );
  process.exit(0);
}, Number(seconds) * 1000);
