/** P11: the cost of a call while the ledger grows, and while others watch other workspaces. */
import { writeLedger } from "../harness/big_ledger.ts";
import { growLedger } from "../harness/grow_ledger.ts";
import type { Options } from "../harness/options.ts";
import { Program } from "../harness/program.ts";
import { BUN, PROGRAMS, startGateway, startUpstream } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { describeRounds, errorsOf, over, type Rounds, takeRounds, type Target } from "../harness/rounds.ts";
import { median } from "../harness/stats.ts";

const ATTEMPTS = 10_000_000;
const WATCHERS = 10_000;
const CALL = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] });

export const title = "A call, with 10,000,000 attempts in the ledger, and with 10,000 watchers of other workspaces";

export async function run({ quick, rounds, seconds }: Options): Promise<Report> {
  const [attempts, watchers] = quick ? [ATTEMPTS / 100, WATCHERS / 100] : [ATTEMPTS, WATCHERS];
  const folders = await Promise.all([1, 2, 3].map(() => Deno.makeTempDir()));
  const [empty, grown, watched] = folders;
  await writeLedger(grown, Math.min(attempts, 100_000));
  growLedger(grown, attempts);
  const upstream = await startUpstream();
  const gateways = [];
  for (const folder of [empty, grown, watched]) gateways.push(await startGateway({ upstream: upstream.url, folder }));
  const args = [`${PROGRAMS}/watchers.ts`, gateways[2].url, `${watchers}`];
  const holder = await Program.start({ command: BUN, args, side: "load" });
  const names = ["new ledger, no watchers", `${figure(attempts)} attempts`, `${figure(watchers)} watchers`];
  const path = "/w/acme/v1/chat/completions";
  const targets: Target[] = [
    { name: "direct", program: upstream, url: `${upstream.url}/v1/chat/completions`, body: CALL },
    ...gateways.map((program, at) => ({ name: names[at], program, url: program.url + path, body: CALL })),
  ];
  const taken = await takeRounds(targets, { connections: 64, seconds }, rounds);
  await Promise.all([holder, upstream, ...gateways].map((program) => program.stop()));
  await Promise.all(folders.map((folder) => Deno.remove(folder, { recursive: true })));
  return report(targets, taken);
}

function report(targets: Target[], taken: Rounds): Report {
  const cost = (at: number) => median(taken.kept.map((round) => round[at].cpu_us / round[1].cpu_us));
  return {
    verdicts: [2, 3].map((at) => verdict(`processor time of a call: ${targets[at].name}`, cost(at), "≤ 1.25", 2, " ×")),
    tables: [[
      ["", "requests/s", "CPU µs/request", "× new ledger", "p99 ms", "errors"],
      ...targets.map(({ name }, at) => [
        name,
        figure(over(taken, at, ({ rate }) => rate)),
        figure(over(taken, at, ({ cpu_us }) => cpu_us)),
        figure(cost(at), 2),
        figure(over(taken, at, ({ p99_us }) => p99_us / 1000), 1),
        figure(errorsOf(taken, at)),
      ]),
    ]],
    notes: [describeRounds("64 concurrent calls", taken), "Watchers get a ping every 15 s, which their row includes"],
  };
}
