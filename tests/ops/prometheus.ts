/** Debian's Prometheus, and the documents that it reads. */
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { findProgram } from "../../tools/lib/system_programs.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { eventually } from "../support/eventually.ts";

/** The folder of the documents for operators. */
export const OPS = `${ROOT}/docs/ops`;

const find = (name: string) => findProgram(name, { env: { PATH: Deno.env.get("PATH") }, exists: existsSync });

/** Paths of the programs; `null` where they are missing. */
export const PROGRAMS = { prometheus: find("prometheus"), promtool: find("promtool") };

/** Runs promtool. Returns its exit code and everything that it printed. */
export async function promtool(args: string[], input = ""): Promise<{ code: number; output: string }> {
  const options = { args, stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(PROGRAMS.promtool!, options).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** One result of a query. */
interface Result {
  metric: Record<string, string>;
  value: [number, string];
}

/** A running Prometheus. It stops when its scope ends. */
export interface Prometheus extends AsyncDisposable {
  /** Evaluates an expression now. Throws for one that is not valid. */
  query(expr: string): Promise<Result[]>;
}

/** Starts Prometheus with its data in `folder`. */
export async function startPrometheus(config: string, folder: string): Promise<Prometheus> {
  const address = `127.0.0.1:${await freePort()}`;
  await Deno.writeTextFile(`${folder}/prometheus.yml`, config);
  const args = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${address}`,
    "--log.level=error",
  ];
  const child = new Deno.Command(PROGRAMS.prometheus!, { args, stdout: "null", stderr: "null" }).spawn();
  const query = async (expr: string): Promise<Result[]> => {
    const body = new URLSearchParams({ query: expr });
    const { status, error, data } = await (await fetch(`http://${address}/api/v1/query`, { method: "POST", body }))
      .json();
    if (status !== "success") throw new Error(`${error} in ${expr}`);
    return data.result;
  };
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  try {
    await eventually(() => query("1"));
  } catch (error) {
    await stop();
    throw error;
  }
  return { query, [Symbol.asyncDispose]: stop };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    })
  );
}

/** Every query of the dashboard and the alerts, and where it stands. */
export async function documentedQueries(): Promise<{ from: string; expr: string }[]> {
  const dashboard = JSON.parse(await Deno.readTextFile(`${OPS}/grafana-dashboard.json`)) as Dashboard;
  const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ from: `panel "${title}"`, expr }))
  );
  const notes = dashboard.annotations.list.map(({ name, expr }) => ({ from: `annotation "${name}"`, expr }));
  const rules = (await Deno.readTextFile(`${OPS}/alerts.yml`)).split("- alert: ").slice(1).map((rule) => ({
    from: `alert ${rule.split("\n")[0]}`,
    expr: /expr: (?:>-\s+)?([^]*?)\n +(?:for|labels):/.exec(rule)![1],
  }));
  return [...panels, ...notes, ...rules].map(({ from, expr }) => ({ from, expr: withoutVariables(expr) }));
}

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[];
  annotations: { list: { name: string; expr: string }[] };
}

/** As Grafana fills its variables in. */
function withoutVariables(expr: string): string {
  return expr.replaceAll("$__rate_interval", "1m").replace(/"\$\w+"/g, '".*"');
}

/** The metrics that an expression or a scrape names, without the suffixes of histograms. */
export function metricNames(text: string): Set<string> {
  const names = text.match(/(?<![\w"])(?:quota|process)_[a-z_]+/g) ?? [];
  return new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, "")));
}
