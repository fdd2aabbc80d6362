/** The command `keys`: creates, lists, rotates and revokes keys, while the service runs or not. */
import { parseArgs } from "deno-std/cli/parse_args.js";
import { parseWorkspaceId } from "../../shared/workspace.ts";
import { EVERY_WORKSPACE } from "../access/gate.ts";
import type { StoredKey } from "../access/key.ts";
import { KEY_KINDS, type KeyKind } from "../access/key_text.ts";
import type { Keyring } from "../access/keyring.ts";
import { type Pairing, parseCode } from "../access/pairing.ts";
import { shownKey } from "../access/shown_key.ts";
import type { Actor } from "../access/store.ts";
import { commandText } from "../config/help.ts";
import { parseSpan } from "./duration.ts";
import { table } from "./table.ts";
import { UsageError } from "./usage_error.ts";

/** The parts that the command uses. */
interface KeysDeps {
  keyring: Keyring;
  pairing: Pairing;
  now: () => number;
  print: (text: string) => void;
}

export const KEYS_HELP = `Usage: ${commandText("keys", "<command>")}

  create --kind ingest|read|admin [--workspace ID]... [--app NAME] [--model NAME]... [--expires 30d] [--note TEXT]
                      make a key; it is shown once
  list                every key, without its secret
  rotate ID [--overlap 24h]
                      a new secret for a key; the old one works until the overlap ends
  revoke ID           end a key; open connections close within a second
  pair --workspace ID a code for one browser, valid for ten minutes and once

Options: --json prints JSON. A read key takes several --workspace, or --workspace '*' for all.`;

/** The two secrets of a rotated key work together for a day by default. */
const DEFAULT_OVERLAP = "24h";

const BY: Actor = { actor: "command line", address: null };

interface Options {
  [name: string]: unknown;
  _: (string | number)[];
  json: boolean;
  help: boolean;
  kind?: string;
  workspace: string[];
  app?: string;
  model: string[];
  expires?: string;
  overlap?: string;
  note?: string;
}

const STRINGS = ["kind", "workspace", "app", "model", "expires", "overlap", "note"];

/**
 * Runs one command.
 *
 * @throws {UsageError} for arguments that it does not take, {AccessError} for a key that does not exist.
 */
export function runKeys(args: string[], deps: KeysDeps): void {
  const options = parse(args);
  const [command, id] = options.help ? [] : options._.map(String);
  const { print } = deps;
  switch (command) {
    case "create":
      return print(created(create(options, deps), options.json));
    case "list":
      return print(options.json ? JSON.stringify(deps.keyring.list().map(shownKey), null, 2) : listed(deps));
    case "rotate":
      return print(
        created(deps.keyring.rotate(needed(id), span("overlap", options.overlap ?? DEFAULT_OVERLAP), BY), options.json),
      );
    case "revoke":
      deps.keyring.revoke(needed(id), BY);
      return print(options.json ? JSON.stringify({ revoked: id }) : `Key ${id} is revoked.`);
    case "pair":
      return print(pair(options, deps));
    case undefined:
    case "help":
      return print(KEYS_HELP);
    default:
      throw new UsageError(`Cannot run keys ${command}: there is no such command.\n\n${KEYS_HELP}`);
  }
}

function parse(args: string[]): Options {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: STRINGS,
    boolean: ["json", "help"],
    collect: ["workspace", "model"],
    unknown: (arg: string) => {
      if (arg.startsWith("-")) unknown.push(arg);
      return true;
    },
  }) as unknown as Options;
  if (unknown.length > 0) throw new UsageError(`Cannot read ${unknown.join(", ")}.\n\n${KEYS_HELP}`);
  return options;
}

function create(options: Options, { keyring, now }: KeysDeps): { text: string; key: StoredKey } {
  const kind = KEY_KINDS.find((kind) => kind === options.kind);
  if (!kind) {
    throw new UsageError(`Cannot create a key of kind "${options.kind ?? ""}": give --kind ${KEY_KINDS.join("|")}`);
  }
  const expires_at_ms = options.expires === undefined ? null : now() + span("expires", options.expires);
  const { app, model, note } = options;
  const workspaces = workspacesOf(kind, options.workspace);
  return keyring.create({ kind, workspaces, app, models: model.length > 0 ? model : null, note, expires_at_ms }, BY);
}

function workspacesOf(kind: KeyKind, named: string[]): string[] {
  if (kind === "admin") return [];
  if (named.length === 0) {
    throw new UsageError(`Cannot create ${kind === "ingest" ? "an" : "a"} ${kind} key: give --workspace ID`);
  }
  if (kind === "ingest" && named.length > 1) {
    throw new UsageError(
      "Cannot create an ingest key for several workspaces: it sends calls for one; create one key each",
    );
  }
  return named.map((name) => workspace(name, kind === "read"));
}

function workspace(name: string, may_be_all = false): string {
  if (may_be_all && name === EVERY_WORKSPACE) return name;
  const id = parseWorkspaceId(name);
  if (id === null) throw new UsageError(`Cannot use workspace "${name}": an id has 1 to 64 of a-z, 0-9, _ and -`);
  return id;
}

function pair({ workspace: named, json }: Options, { pairing }: KeysDeps): string {
  if (named.length !== 1) throw new UsageError("Cannot pair: give one --workspace ID");
  const workspace_id = workspace(named[0]);
  const { code, expires_at_ms } = pairing.create(workspace_id, BY);
  if (json) return JSON.stringify({ code, workspace_id, expires_at: instant(expires_at_ms) });
  return `${
    parseCode(code)
  }\n\nType this code into the extension within ten minutes. It works once, for workspace ${workspace_id}.`;
}

function created({ text, key }: { text: string; key: StoredKey }, json: boolean): string {
  if (json) return JSON.stringify({ ...shownKey(key), key: text }, null, 2);
  const whose = key.kind === "admin" ? "the whole service" : key.workspaces.join(", ");
  return `${text}\n\nKey ${key.id} (${key.kind}, ${whose}). It is shown this once: keep it where secrets are kept.`;
}

function listed({ keyring, now }: KeysDeps): string {
  const keys = keyring.list();
  if (keys.length === 0) return `There are no keys yet. Make one: ${commandText("keys", "create --kind admin")}`;
  const rows = keys.map((key) => [
    key.id,
    key.kind,
    key.kind === "admin" ? "all" : key.workspaces.join(","),
    state(key, now()),
    key.last_used_at_ms === null ? "never" : instant(key.last_used_at_ms).slice(0, 16),
    key.app ?? "",
    key.note ?? "",
  ]);
  return table(["ID", "KIND", "WORKSPACES", "STATE", "LAST USED", "APP", "NOTE"], rows);
}

function state({ revoked_at_ms, expires_at_ms }: StoredKey, now_ms: number): string {
  if (revoked_at_ms !== null) return "revoked";
  if (expires_at_ms === null) return "valid";
  return expires_at_ms <= now_ms ? "expired" : `until ${instant(expires_at_ms).slice(0, 10)}`;
}

function span(name: string, text: string): number {
  const ms = parseSpan(text);
  if (ms === null) throw new UsageError(`Cannot read --${name} "${text}": give a number and m, h, d or w, such as 30d`);
  return ms;
}

function needed(id: string | undefined): string {
  if (!id) throw new UsageError(`Cannot do this without a key's id: see ${commandText("keys", "list")}`);
  return id;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
