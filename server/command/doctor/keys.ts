/** Checks whether the keys fit the way in which the service is reached. */
import { isLive, type StoredKey } from "../../access/key.ts";
import type { Config } from "../../config/config.ts";
import { commandText } from "../../config/help.ts";
import { isOnNetwork } from "../../config/on_network.ts";
import { type Finding, ok, warn } from "./finding.ts";

/** Keys that expire earlier are mentioned. */
const SOON_MS = 7 * 86_400_000;

/** @param keys all of them, revoked ones too. */
export function checkKeys(config: Config, keys: StoredKey[], now_ms: number): Finding[] {
  const live = keys.filter((key) => isLive(key, now_ms));
  const on_network = isOnNetwork(config);
  if (!on_network && live.length === 0) return [ok("keys", "none are needed: only this machine reaches the service")];
  return [countFinding(live), ...adminFinding(config, live, on_network), ...live.flatMap((key) => expiry(key, now_ms))];
}

function countFinding(live: StoredKey[]): Finding {
  const count = (kind: StoredKey["kind"]) => `${live.filter((key) => key.kind === kind).length} ${kind}`;
  const text = `every request needs one; valid are ${count("ingest")}, ${count("read")}, ${count("admin")}`;
  if (live.some(({ kind }) => kind === "ingest")) return ok("keys", text);
  const create = commandText("keys", "create --kind ingest --workspace default");
  return warn("keys", `${text}: no program can send calls`, `Make a key: ${create}`);
}

function adminFinding({ admin_key }: Config, live: StoredKey[], on_network: boolean): Finding[] {
  if (admin_key !== null || live.some(({ kind }) => kind === "admin")) return [];
  if (on_network) return [ok("keys", "there is no admin key yet; the next start makes one and prints it once")];
  const create = commandText("keys", "create --kind admin");
  return [warn("keys", "there is no admin key: limits can be changed only in their file", `Make one: ${create}`)];
}

function expiry({ id, kind, note, expires_at_ms }: StoredKey, now_ms: number): Finding[] {
  if (expires_at_ms === null || expires_at_ms - now_ms > SOON_MS) return [];
  const name = note === null ? id : `${id} (${note.replace(/\p{C}/gu, "?")})`;
  const at = new Date(expires_at_ms).toISOString().slice(0, 16);
  return [
    warn("keys", `the ${kind} key ${name} expires at ${at}`, `Rotate it: ${commandText("keys", `rotate ${id}`)}`),
  ];
}
