/** The command line: keys, the status in a terminal, and maintenance of the ledger. */
import { AccessError } from "../access/access_error.ts";
import { Keyring } from "../access/keyring.ts";
import { accessPath } from "../access/open.ts";
import { Pairing } from "../access/pairing.ts";
import { openAccessStore } from "../access/sqlite/sqlite_store.ts";
import { type Config, ConfigError, readConfig } from "../config/config.ts";
import { environment } from "../config/environment.ts";
import { commandText } from "../config/help.ts";
import { defectText, StartFault } from "../config/start_fault.ts";
import { LedgerError } from "../ledger/ledger.ts";
import { limitsFile } from "../limits/limits_file.ts";
import { backUp } from "./data/backup.ts";
import { type BackupCheckup, checkData } from "./data/check.ts";
import type { DataPaths } from "./data/paths.ts";
import { restore as restoreData } from "./data/restore.ts";
import { diagnose, printFindings } from "./doctor/doctor.ts";
import { thisMachine } from "./doctor/machine.ts";
import { KEYS_HELP, runKeys } from "./keys.ts";
import { fetchView, printView, redrawer, WATCH_MS, watchDelay } from "./status.ts";
import { PRICES_HELP, runPrices } from "./prices.ts";
import { REPRICE_HELP } from "./reprice/options.ts";
import { runReprice } from "./reprice/reprice.ts";
import { statusOptions } from "./status_options.ts";
import { terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

const HELP = `Usage: ${commandText("<command>", "[options]")}

  start                run the service: ${commandText("start")}; ${commandText("start", "--help")} lists the settings
  status [--json]      how much is left, as bars; exit code 0 normal, 1 warning, 2 full, 3 unknown
  watch                the same, redrawn every ${WATCH_MS / 1000} seconds until Ctrl+C
  keys                 make, list, rotate and revoke keys, pair browsers: see ${commandText("keys")}
  prices [MODEL]       which prices are known, their age, and what differs between two versions or days
  reprice --from DAY   price the attempts of the ledger again, with the prices of now
  backup FILE          copy ledger and keys into one checked file, while the service runs
  restore FILE         put a backup in the place of ledger and keys, while the service is stopped
  check                read all of ledger and keys, and compare the ledger's sums with its attempts
  doctor [--json]      check settings, upstream, clock, disk, ledger, port, keys, prices and extension; exit code 1 for a fault

status and watch ask the service at QUOTA_GAUGE_URL, or http://127.0.0.1:8787. --workspace ID names the workspace. The
key comes from QUOTA_KEY, or from a file that QUOTA_KEY_FILE or --key-file FILE names.`;

const print = (text: string) => console.log(text);

/** Returns the exit code. */
type Command = (args: string[]) => number | Promise<number>;

const COMMANDS: Record<string, Command> = {
  keys,
  status,
  watch,
  prices,
  reprice,
  backup,
  restore,
  check,
  doctor,
};

try {
  const [name = "", ...args] = Deno.args;
  Deno.exitCode = await commandOf(name)(args);
} catch (error) {
  console.error(isKnown(error) ? (error as Error).message : defectText(`run ${Deno.args[0]}`, error));
  Deno.exitCode = error instanceof UsageError ? 64 : 1;
}

function commandOf(name: string): Command {
  if (Object.hasOwn(COMMANDS, name)) return withHelp(name, COMMANDS[name]);
  if (["", "help", "--help", "-h"].includes(name)) return () => (print(HELP), 0);
  throw new UsageError(`Cannot run "${name}": there is no such command.\n\n${HELP}`);
}

/** Some commands have a help of their own. */
function withHelp(name: string, command: Command): Command {
  return (args) =>
    !["keys", "prices", "reprice"].includes(name) && args.includes("--help") ? (print(HELP), 0) : command(args);
}

function isKnown(error: unknown): boolean {
  return [UsageError, AccessError, LedgerError, ConfigError, StartFault].some((kind) => error instanceof kind);
}

function keys(args: string[]): number {
  if (args.length === 0 || args.includes("--help")) return print(KEYS_HELP), 0;
  const path = accessPath(config().store);
  if (path === null) throw new UsageError("Cannot keep keys: QUOTA_STORE=memory: keeps them in the service alone");
  const store = openAccessStore(path);
  try {
    const keyring = new Keyring(store, Date.now);
    runKeys(args, { keyring, pairing: new Pairing(store, keyring, Date.now), now: Date.now, print });
    return 0;
  } finally {
    store.close();
  }
}

async function status(args: string[]): Promise<number> {
  const { json, ...source } = sourceOf(args);
  return printView(await fetchView(source), json, terminal(), print);
}

async function watch(args: string[]): Promise<number> {
  const source = sourceOf(args);
  const encoder = new TextEncoder();
  const write = (text: string) => void Deno.stdout.writeSync(encoder.encode(text));
  const draw = redrawer(write, terminal);
  for (let failures = 0;;) {
    const view = await fetchView(source);
    draw(view, Date.now());
    failures = view.connection === "offline" ? failures + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, watchDelay(failures, Math.random)));
  }
}

function sourceOf(args: string[]) {
  return statusOptions(args, { environment: environment(), readFile: Deno.readTextFileSync });
}

async function doctor(args: string[]): Promise<number> {
  const json = args.includes("--json");
  const unknown = args.filter((arg) => arg !== "--json");
  if (unknown.length > 0) throw new UsageError(`Cannot read ${unknown.join(" ")}: the only option is --json`);
  return printFindings(await diagnose(thisMachine()), { json, colour: terminal().colour }, print);
}

function prices(args: string[]): number {
  if (args.includes("--help")) return print(PRICES_HELP), 0;
  return runPrices(args, { now: Date.now, readFile: Deno.readTextFileSync, print });
}

function reprice(args: string[]): number | Promise<number> {
  if (args.includes("--help")) return print(REPRICE_HELP), 0;
  const { limits_file } = config();
  const { USER, USERNAME } = Deno.env.toObject();
  return runReprice(args, {
    ledger: dataPaths().ledger,
    limits: limitsFile(limits_file),
    actor: USER ?? USERNAME ?? "command line",
    now: Date.now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    print,
    progress: (text) => Deno.stderr.isTerminal() && console.error(text),
  });
}

async function backup([to]: string[]): Promise<number> {
  if (!to) throw new UsageError(`Cannot back up: name the file, as in ${commandText("backup", "quota-backup.db")}`);
  const found = await backUp(dataPaths(), to);
  return print(`${to} holds ${counted(found)}, and was checked.`), 0;
}

function restore([from]: string[]): number {
  if (!from) {
    throw new UsageError(`Cannot restore: name the backup, as in ${commandText("restore", "quota-backup.db")}`);
  }
  const { kept, ...found } = restoreData(from, dataPaths(), new Date());
  print(`Restored from ${from}: ${counted(found)}.`);
  if (found.keys === null) print("The backup has no keys, so the keys are as they were.");
  if (kept.length > 0) print(`What was there before is in ${kept.join(" and ")}.`);
  return 0;
}

function check(): number {
  const { faults, ...found } = checkData(dataPaths());
  for (const fault of faults) print(fault);
  if (faults.length === 0) print(`${counted(found)}, no faults.`);
  return faults.length === 0 ? 0 : 1;
}

function config(): Config {
  return readConfig(environment());
}

function dataPaths(): DataPaths {
  const { store } = config();
  const keys = accessPath(store);
  if (keys !== null) return { ledger: store.slice("sqlite:".length), keys };
  throw new UsageError(`Cannot do this for QUOTA_STORE=${store}: it keeps no file`);
}

function counted({ attempts, keys }: BackupCheckup): string {
  const some = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  return `${some(attempts, "attempt")}${keys === null ? "" : ` and ${some(keys, "key")}`}`;
}
