/** The program: reads the settings, opens the ledger, starts the service. A failed start prints one sentence. */
import { type Config, ConfigError, readConfig } from "./config/config.ts";
import { isOnNetwork } from "./config/on_network.ts";
import { environment, environmentWarnings } from "./config/environment.ts";
import { commandText, help } from "./config/help.ts";
import { LedgerError } from "./ledger/ledger.ts";
import { nameOwner, openLedger } from "./ledger/open.ts";
import { AccessError } from "./access/access_error.ts";
import { openAccess } from "./access/open.ts";
import { limitsFile } from "./limits/limits_file.ts";
import { createLog, type Log } from "./runtime/log.ts";
import { GRACE_MS, type Service, startService } from "./service.ts";
import { defectText, listenFault, StartFault } from "./config/start_fault.ts";
import { surviveExceptions } from "./runtime/last_resort.ts";
import { systemClock } from "./runtime/system_clock.ts";
import { VERSION } from "./version.ts";

if (Deno.args.includes("--help") || Deno.args.includes("-h")) {
  console.log(help());
} else if (Deno.args.includes("--version")) {
  console.log(VERSION);
} else {
  await run().catch(exitWithError);
}

async function run(): Promise<void> {
  if (Deno.args.length > 0) {
    throw new StartFault(`Cannot start with ${Deno.args.join(" ")}: see --help for the options`);
  }
  const config = await readSettings();
  const log = createLog({ level: config.log_level, secrets: secretsIn(config) });
  const service = await start(config, log);
  surviveExceptions(log);
  service.watchListener();
  // Before the banner, because its reader may stop the service immediately.
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop(service, log));
  print(banner(service, config, await environmentWarnings()));
  await nameOwner(config.store, service.url, log);
}

/** A wrong setting may follow from a mistake that is only a warning, such as a line of `.env` without "=". */
async function readSettings(): Promise<Config> {
  try {
    return readConfig(environment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.faults, await environmentWarnings());
  }
}

/** The texts that the log must never have. The password in a proxy's URL is in no other text. */
function secretsIn({ upstream_key, admin_key, admin_reset_key }: Config): (string | null)[] {
  return [upstream_key, admin_key, admin_reset_key];
}

/** Not with `console`, which OpenTelemetry exports: the text may have the first admin key. */
function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function start(config: Config, log: Log): Promise<Service> {
  const ledger = await openLedger(config.store, log);
  try {
    const keys = openAccess(config.store, log);
    const limits = limitsFile(config.limits_file);
    return await startService({ config, ledger, keys, limits, clock: systemClock(), log });
  } catch (error) {
    await ledger.close();
    throw listenFault(error, config) ?? error;
  }
}

function banner({ url, first_admin_key, isTeam }: Service, config: Config, unknown: string[]): string {
  const { store, limits_file, mode, limits, upstream_url, upstream_proxy } = config;
  // The origin leaves the proxy's credentials out.
  const through = upstream_proxy === null ? "" : ` (through the proxy ${new URL(upstream_proxy).origin})`;
  return `Quota Gauge ${VERSION} listens on ${url}
  mode      ${mode} (${limits.requests_per_minute} requests/min, ${limits.requests_per_day}/day, ${limits.tokens_per_minute} tokens/min)
  store     ${store}
  limits    as above, unless ${limits_file} sets others
  upstream  ${upstream_url}${through}
  gateway   ${url}/v1  (base URL for any OpenAI SDK; ${url}/w/NAME/v1 for another workspace)
  API       ${url}/docs
  access    ${isTeam ? `every request needs a key: ${commandText("keys")}` : "this machine only, without keys"}${
    plainWarning(config)
  }${warningLines([config.upstream_warning, ...unknown])}${firstKey(first_admin_key)}`;
}

/** A warning if keys reach the service over a network without TLS. */
function plainWarning(config: Config): string {
  const isPlain = config.tls === null && config.public_url?.origin.startsWith("https:") !== true;
  return isPlain && isOnNetwork(config)
    ? `
  warning   keys are readable on the network: set QUOTA_TLS_CERT and QUOTA_TLS_KEY, or put a proxy with TLS before it`
    : "";
}

function warningLines(sentences: (string | null)[]): string {
  return sentences.filter((sentence) => sentence !== null).map((sentence) => `\n  warning   ${sentence}`).join("");
}

function firstKey(key: string | null): string {
  return key === null ? "" : `

The service listens on a network, so it needs an admin key. This one was made now and is shown this once:

  ${key}

Keep it where secrets are kept. Next, make keys for programs and pair browsers:

  ${commandText("keys", "create --kind ingest --workspace default")}
  ${commandText("keys", "pair --workspace default")}`;
}

async function stop(service: Service, log: Log): Promise<void> {
  log("stopping", { calls_in_flight: service.tracker.inFlight, grace_seconds: GRACE_MS / 1000 });
  await service.stop().catch(exitWithError);
  log("stopped");
  Deno.exit(0);
}

function exitWithError(error: unknown): never {
  const known = error instanceof ConfigError || error instanceof LedgerError || error instanceof AccessError ||
    error instanceof StartFault;
  console.error(known ? error.message : defectText("run the service", error));
  Deno.exit(1);
}
