/** P17: many extensions lose the service together, and connect again when it is back. */
import { freePort } from "../harness/free_port.ts";
import { pinned } from "../harness/machine.ts";
import type { Options } from "../harness/options.ts";
import { BUN, NO_LIMITS, PROGRAMS, startGateway } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { percentile } from "../harness/stats.ts";

const CLIENTS = 10_000;

/** Between the end of the service and its start. */
const DOWN_MS = 5000;

/** With a key each connection first gets a ticket. */
const KEY = "admin-key-of-the-bench";

/** Time for the connections to come back. */
const LIMIT_S = 60;

export const title = `${figure(CLIENTS)} connections of the extension, after a restart of the service`;

export async function run({ quick }: Options): Promise<Report> {
  const clients = quick ? CLIENTS / 10 : CLIENTS;
  const folder = await Deno.makeTempDir();
  const port = freePort();
  // Nothing is called, so there is no provider.
  const env = { ...NO_LIMITS, QUOTA_ADMIN_KEY: KEY };
  const start = () => startGateway({ upstream: "http://127.0.0.1:9", folder, port, env });
  let gateway = await start();
  const storm = startStorm(gateway.url, clients);
  try {
    await storm.allLive;
    await gateway.stop();
    await new Promise((resolve) => setTimeout(resolve, DOWN_MS));
    gateway = await start();
    const up_at = Date.now();
    const { live_at } = await storm.result;
    return report(live_at.map((at) => at === 0 ? Infinity : (at - up_at) / 1000));
  } finally {
    storm.stop();
    await gateway.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function report(seconds: number[]): Report {
  const share = seconds.filter((it) => it <= 30).length / seconds.length;
  const at = (part: number) => figure(percentile(seconds, part), 1);
  return {
    verdicts: [verdict("live again within 30 s", share * 100, "≥ 99", 1, " %")],
    tables: [[["connections", "p50 s", "p90 s", "p99 s", "last s"], [
      figure(seconds.length),
      at(0.5),
      at(0.9),
      at(0.99),
      at(1),
    ]]],
    notes: [
      `The service was down for ${
        DOWN_MS / 1000
      } s; seconds since it listened again. Real sockets with a ticket each, and the extension's own code`,
    ],
  };
}

function startStorm(url: string, clients: number) {
  const [command, ...args] = pinned("load", BUN, [`${PROGRAMS}/storm.ts`, url, `${clients}`, `${LIMIT_S}`, KEY]);
  const child = new Deno.Command(command, { args, stdin: "null", stdout: "piped", stderr: "inherit" }).spawn();
  const live = Promise.withResolvers<void>();
  const read = async () => {
    let output = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      output += text;
      if (output.includes("are live\n")) live.resolve();
    }
    const json = /^\{.*\}$/m.exec(output);
    if (!json) throw new Error(`The connections ended without a result: ${output.slice(0, 1000)}`);
    return JSON.parse(json[0]) as { live_at: number[] };
  };
  const result = read();
  // A program that ends early resolves neither by itself.
  result.catch((error) => live.reject(error));
  return {
    allLive: live.promise,
    result,
    stop() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
    },
  };
}
