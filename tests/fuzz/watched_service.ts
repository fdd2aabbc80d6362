/**
 * The program that the fuzz attacks: the service with a ledger in memory, in a process of its own. It prints its origin, and
 * for each line that it reads a {@link Reading} of its event loop and memory since the line before.
 */
import { type AddressInfo, connect, createServer } from "node:net";
import { cpuUsage } from "node:process";
import { readConfig } from "../../server/config/config.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { surviveExceptions } from "../../server/runtime/last_resort.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { startService } from "../../server/service.ts";

/** What the program has measured since the last reading. */
export interface Reading {
  /** The longest time in which the event loop read no socket: other callers wait that long. */
  stall_ms: number;
  /** The largest resident memory seen, and that of the moment. */
  peak_bytes: number;
  resident_bytes: number;
  /** Attempts that have not ended. */
  in_flight: number;
  /** Errors that a guard of the service caught: each is a defect. */
  defects: string[];
}

/** Pause between two looks at the event loop. */
const WATCH_MS = 1;

/** Reading the resident memory costs a system call. */
const TURNS_PER_LOOK = 4;

let last = performance.now();
let lastCpu = cpuMs();
let turns = 0;
let reading: Reading = { stall_ms: 0, peak_bytes: 0, resident_bytes: 0, in_flight: 0, defects: [] };

const config = readConfig(Deno.env.toObject());
const service = await startService({ config, ledger: openMemoryLedger(), clock: systemClock(), log: noteDefect });
surviveExceptions(noteDefect);
await watchSockets();
console.log(service.url);
for await (const _line of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const resident_bytes = Deno.memoryUsage().rss;
  console.log(JSON.stringify({ ...reading, resident_bytes, in_flight: service.tracker.inFlight }));
  reading = { stall_ms: 0, peak_bytes: resident_bytes, resident_bytes, in_flight: 0, defects: [] };
  last = performance.now();
  lastCpu = cpuMs();
}
await service.stop(0);
Deno.exit();

/** Processor time of the thread that runs the event loop; where the system does not tell it, of the process. */
function cpuMs(): number {
  try {
    return Number(Deno.readTextFileSync("/proc/self/schedstat").split(" ", 1)[0]) / 1e6;
  } catch {
    const { user, system } = cpuUsage();
    return (user + system) / 1000;
  }
}

function noteDefect(event: string, fields: Record<string, unknown> = {}): void {
  if (/_failed$|^uncaught/.test(event)) {
    reading.defects.push(`${event} ${JSON.stringify(fields)}`);
  }
}

/**
 * Sends a byte over a connection of this process with itself, and the next one when it has arrived. Timers would tell too
 * little: Deno can run many turns of its event loop without a look at the sockets.
 */
async function watchSockets(): Promise<void> {
  const echo = createServer((socket) => void socket.pipe(socket).unref());
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const socket = connect((echo.unref().address() as AddressInfo).port, "127.0.0.1").setNoDelay(true);
  const send = () => void socket.write("?");
  socket.on("connect", send).on("data", () => {
    watch();
    setTimeout(send, WATCH_MS);
  });
}

function watch(): void {
  const now = performance.now(), cpu = cpuMs();
  // Of the processor's time, because the machine has other work, too.
  reading.stall_ms = Math.max(reading.stall_ms, Math.min(now - last - WATCH_MS, cpu - lastCpu));
  last = now;
  lastCpu = cpu;
  if (++turns % TURNS_PER_LOOK === 0) reading.peak_bytes = Math.max(reading.peak_bytes, Deno.memoryUsage().rss);
}
