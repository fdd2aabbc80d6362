/** P6: from a call to the last of many subscribers of its workspace, compared with Bun's `publish`. */
import { pinned } from "../harness/machine.ts";
import type { Options } from "../harness/options.ts";
import { Program } from "../harness/program.ts";
import { BUN, PROGRAMS, startGateway, startUpstream } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median } from "../harness/stats.ts";

const SUBSCRIBERS = 5000;
const BURST = 16;
const CALL = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] });

export const title = `One change to ${SUBSCRIBERS} subscribers of a workspace`;

interface FanOut {
  single_ms: number[];
  burst_ms: number[];
}

export async function run({ quick, rounds }: Options): Promise<Report> {
  const folder = await Deno.makeTempDir();
  const upstream = await startUpstream();
  const [gateway, peer] = [
    await startGateway({ upstream: upstream.url, folder }),
    await Program.start({ command: BUN, args: [`${PROGRAMS}/bun_publish.ts`], side: "system" }),
  ];
  try {
    const clients = quick ? 500 : SUBSCRIBERS;
    const empty_kb = residentKilobytes(gateway);
    const memory = { peak_kb: 0 };
    const theirs = await subscribe(`${peer.url}/`, `${peer.url}/`, clients, rounds);
    const [socket, post] = [`${gateway.url}/api/quota/ws`, `${gateway.url}/v1/chat/completions`];
    const watch = setInterval(() => memory.peak_kb = Math.max(memory.peak_kb, residentKilobytes(gateway)), 50);
    const ours = await subscribe(socket, post, clients, rounds).finally(() => clearInterval(watch));
    return report(ours, theirs, (memory.peak_kb - empty_kb) / clients, clients);
  } finally {
    await Promise.all([upstream, gateway, peer].map((program) => program.stop()));
    await Deno.remove(folder, { recursive: true });
  }
}

function report(ours: FanOut, theirs: FanOut, kb_each: number, clients: number): Report {
  const single = median(theirs.single_ms);
  const row = (name: string, { single_ms, burst_ms }: FanOut) => [
    name,
    figure(median(single_ms)),
    figure(median(single_ms) / single, 2),
    figure(median(burst_ms)),
    figure(median(burst_ms) / single, 2),
  ];
  return {
    verdicts: [
      verdict("last subscriber, compared with Bun's publish", median(ours.single_ms) / single, "≤ 1.25", 2, " ×"),
      verdict(`burst of ${BURST}, compared with Bun's single one`, median(ours.burst_ms) / single, "≤ 1.3", 2, " ×"),
      verdict("memory for a subscriber", kb_each, "≤ 30", 1, " kB"),
    ],
    tables: [[
      ["", "one change, ms", "× Bun's", `burst of ${BURST}, ms`, "× Bun's single one"],
      row("Bun `publish`", theirs),
      row("status socket", ours),
    ]],
    notes: [
      `${
        figure(clients)
      } subscribers; ours includes the call through the gateway and its settlement, Bun's a bare POST`,
      "memory: the peak of the process with all subscribers, less the idle process",
    ],
  };
}

async function subscribe(socket: string, post: string, clients: number, rounds: number): Promise<FanOut> {
  const program = [
    `${PROGRAMS}/subscribers.ts`,
    socket.replace(/^http/, "ws"),
    post,
    `${clients}`,
    `${rounds}`,
    `${BURST}`,
  ];
  const [command, ...args] = pinned("load", BUN, program);
  const options = { args, env: { BENCH_BODY: CALL }, stdout: "piped", stderr: "piped" } as const;
  const { stdout, stderr } = await new Deno.Command(command, options).output();
  const json = /^\{.*\}$/m.exec(new TextDecoder().decode(stdout));
  if (!json) throw new Error(`Cannot measure the fan-out of ${socket}: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(json[0]);
}

/** Memory of a process in kB; NaN where that is unknown. */
function residentKilobytes({ pid }: Program): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]);
  } catch {
    return NaN;
  }
}
