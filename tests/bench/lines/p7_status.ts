/** P7: `GET /api/quota/status` compared with a constant answer of the same size. */
import type { Options } from "../harness/options.ts";
import { Program } from "../harness/program.ts";
import { PROGRAMS, startGateway, startUpstream } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { describeRounds, errorsOf, over, ratio, takeRounds, type Target } from "../harness/rounds.ts";

const PATH = "/api/quota/status";

export const title = "GET /api/quota/status, 64 concurrent calls";

export async function run({ rounds, seconds }: Options): Promise<Report> {
  const folder = await Deno.makeTempDir();
  const upstream = await startUpstream();
  const gateway = await startGateway({ upstream: upstream.url, folder });
  const { length } = await (await fetch(gateway.url + PATH)).text();
  const [constant, node] = [await startConstant(length), await startConstant(length, "node")];
  // An empty body makes it a GET.
  const target = (name: string, program: Program): Target => ({ name, program, url: program.url + PATH, body: "" });
  const targets = [
    target("direct", upstream),
    target("constant, `Deno.serve`", constant),
    target("constant, `node:http`", node),
    target("status", gateway),
  ];
  const taken = await takeRounds(targets, { connections: 64, seconds }, rounds);
  await Promise.all([upstream, gateway, constant, node].map((program) => program.stop()));
  await Deno.remove(folder, { recursive: true });
  const rows = targets.map(({ name }, at) => [
    name,
    figure(over(taken, at, ({ rate }) => rate)),
    figure(ratio(taken, at, 1), 2),
    figure(over(taken, at, ({ cpu_us }) => cpu_us)),
    figure(errorsOf(taken, at)),
  ]);
  return {
    verdicts: [
      verdict("requests/s, compared with a constant", ratio(taken, 3, 1), "≥ 0.75", 2, " ×"),
      verdict("the same, with the constant on `node:http` like the service", ratio(taken, 3, 2), "≥ 0.75", 2, " ×"),
    ],
    tables: [[["", "requests/s", "× constant", "CPU µs/request", "errors"], ...rows]],
    notes: [describeRounds(`An answer of ${figure(length)} bytes, 64 concurrent calls`, taken)],
  };
}

function startConstant(length: number, kind = "deno"): Promise<Program> {
  const args = ["run", "--quiet", "--no-check", "--allow-net", `${PROGRAMS}/constant.ts`, `${length}`, kind];
  return Program.start({ command: Deno.execPath(), args, side: "system" });
}
