/** Composition root: environment → ledger → service. Whatever stops a start is one clear sentence. */
import { existsSync } from "node:fs";
import { parseEnv } from "node:util";
import { type Config, ConfigError, readConfig } from "./config/config.ts";
import { help } from "./config/help.ts";
import { LedgerError } from "./ledger/ledger.ts";
import { openLedger } from "./ledger/open.ts";
import { limitsFile } from "./limits/limits_file.ts";
import { log } from "./runtime/log.ts";
import { type Service, startService } from "./service.ts";
import { listenFault, StartFault } from "./config/start_fault.ts";
import { systemClock } from "./runtime/system_clock.ts";
import { VERSION } from "./version.ts";

if (Deno.args.includes("--help") || Deno.args.includes("-h")) {
  console.log(help());
} else if (Deno.args.includes("--version")) {
  console.log(VERSION);
} else {
  await run().catch(giveUp);
}

async function run(): Promise<void> {
  if (Deno.args.length > 0) {
    throw new StartFault(`Cannot start with ${Deno.args.join(" ")}: see --help for what there is`);
  }
  // An empty variable is one that is not set, for the file as well.
  const set = Object.entries(Deno.env.toObject()).filter(([, value]) => value.trim() !== "");
  const config = readConfig({ ...dotEnv(), ...Object.fromEntries(set) });
  const service = await start(config);
  console.log(banner(service, config));
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop(service));
}

/** A backup, a report or a shell that keeps a transaction open. */
const JOURNAL_FIX = "End the program that reads the ledger file: until then its journal cannot be cleared.";

async function start(config: Config): Promise<Service> {
  const ledger = await openLedger(config.store, (bytes) => log("ledger_journal_grows", { bytes, fix: JOURNAL_FIX }));
  try {
    return await startService({ config, ledger, clock: systemClock(), log, limits: limitsFile(config.limits_file) });
  } catch (error) {
    await ledger.close();
    throw listenFault(error, config) ?? error;
  }
}

function banner({ url }: Service, config: Config): string {
  const { store, limits_file, mode, limits, upstream_url, upstream_proxy } = config;
  // The origin leaves the proxy's credentials out.
  const through = upstream_proxy === null ? "" : ` (through the proxy ${new URL(upstream_proxy).origin})`;
  return `Quota Gauge ${VERSION} listens on ${url}
  mode      ${mode} (${limits.requests_per_minute} requests/min, ${limits.requests_per_day}/day, ${limits.tokens_per_minute} tokens/min)
  store     ${store}
  limits    the above, unless ${limits_file} says otherwise
  upstream  ${upstream_url}${through}
  gateway   ${url}/v1  (base URL for any OpenAI SDK; ${url}/w/NAME/v1 for another workspace)
  API       ${url}/docs`;
}

async function stop(service: Service): Promise<void> {
  log("stopping", { in_flight: service.tracker.inFlight });
  await service.stop().catch(giveUp);
  Deno.exit(0);
}

/** The file `.env` of the working directory; the environment itself goes first. */
function dotEnv(): Record<string, string | undefined> {
  // Asked for first: the error that a missing file raises costs the start 3 ms.
  if (!existsSync(".env")) return {};
  try {
    return parseEnv(Deno.readTextFileSync(".env"));
  } catch (error) {
    throw new StartFault(`Cannot read .env: ${error instanceof Error ? error.message : error}`);
  }
}

function giveUp(error: unknown): never {
  const known = error instanceof ConfigError || error instanceof LedgerError || error instanceof StartFault;
  console.error(known ? error.message : error);
  Deno.exit(1);
}
