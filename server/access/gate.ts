/**
 * The gate that every route and every upgrade passes. From the requested access, workspace and key it returns an identity,
 * or a denial with a stable code. It decides on plain data, so that a table can test every case.
 */
import type { Credentials } from "./credentials.ts";
import type { KeyFault, StoredKey } from "./key.ts";
import type { KeyKind } from "./key_text.ts";
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";

/**
 * The access that a route needs: none, a key that reads a workspace, one that reads every workspace, one that sends calls
 * for a workspace, or an admin key. `own` accepts one that reads a workspace and one that sends calls for it; `any` every
 * valid key, for no particular workspace.
 */
export type Access = "open" | "any" | "own" | "read" | "read_all" | "ingest" | "admin";

/** Stands for every workspace in a read key's list. */
export const EVERY_WORKSPACE = "*";

/** A request at the gate. */
interface Approach {
  access: Access;
  /** The workspace that it names; `null` when it names none. */
  workspace_id: string | null;
  credentials: Credentials;
  /** The session that the request belongs to, if it carries no key. */
  session?: Pick<Identity, "actor" | "key"> | null;
}

/** An admitted caller. */
export interface Identity {
  /** `personal` needs no key: the service listens on loopback and has no keys. */
  kind: "personal" | "anonymous" | KeyKind;
  /** For lists, logs and the audit trail. Never the key itself. */
  actor: string;
  /** The workspace that the request is for. */
  workspace_id: string;
  key: StoredKey | null;
}

type DenialCode =
  | "key_missing"
  | KeyFault
  | "not_allowed"
  | "admin_disabled";

/** The reason for which a request was denied. */
export interface Denial {
  denied: DenialCode;
  detail: string;
}

/** The gate's view of the keys. */
export interface GateRules {
  /** Whether every route needs a key: team mode. */
  team: boolean;
  /** Whether an admin key exists, stored or in the environment. */
  has_admin: boolean;
  /** Whether a text is the admin key of the environment. */
  isEnvironmentAdmin(text: string): boolean;
  check(text: string): StoredKey | KeyFault;
}

/** Decides on one request. */
export function gate(approach: Approach, rules: GateRules): Identity | Denial {
  const { access, credentials, workspace_id, session = null } = approach;
  const { key: text, conflicting } = credentials;
  if (access === "open") return { ...ANONYMOUS, workspace_id: workspace_id ?? DEFAULT_WORKSPACE };
  if (access === "admin" && !rules.has_admin) return deny("admin_disabled", NO_ADMIN);
  if (conflicting) return deny("key_invalid", "two headers carry different keys; send one");
  if (text === null) return session ? admitHolder(session, approach) : withoutKey(approach, rules);
  if (rules.isEnvironmentAdmin(text)) return admitHolder({ actor: ENVIRONMENT_ADMIN, key: null }, approach);
  const key = rules.check(text);
  if (typeof key === "string") return deny(key, FAULTS[key]);
  return admitHolder({ actor: key.id, key }, approach);
}

/** The holder of a valid key: one that is stored, or without one the environment's. */
function admitHolder({ actor, key }: Pick<Identity, "actor" | "key">, approach: Approach): Identity | Denial {
  return key === null || key.kind === "admin" ? admitAdmin(actor, key, approach) : admitKey(key, approach);
}

/** Whether a decision is a denial. */
export function isDenial(decision: Identity | Denial): decision is Denial {
  return "denied" in decision;
}

const NO_ADMIN = "the service has no admin key; start it with QUOTA_ADMIN_KEY, or make one with the command keys";

const ENVIRONMENT_ADMIN = "admin key of the environment";

const ANONYMOUS = { kind: "anonymous", actor: "anonymous", key: null } as const;

const FAULTS: Record<KeyFault, string> = {
  key_invalid: "the key is unknown or revoked; ask an admin for a new one",
  key_expired: "the key has expired; ask an admin for a new one",
};

function withoutKey({ access, workspace_id }: Approach, rules: GateRules): Identity | Denial {
  if (rules.team || access === "admin") return deny("key_missing", `send a key: ${HOW[access]}`);
  return { kind: "personal", actor: "personal", workspace_id: workspace_id ?? DEFAULT_WORKSPACE, key: null };
}

const HOW: Record<Access, string> = {
  open: "",
  any: "Authorization: Bearer qg_…",
  own: "Authorization: Bearer qg_ingest_… or qg_read_…",
  read: "Authorization: Bearer qg_read_…",
  read_all: "Authorization: Bearer qg_read_…, of a key for every workspace",
  ingest: "Authorization: Bearer qg_ingest_…, or X-Quota-Key beside the provider's key",
  admin: "Authorization: Bearer qg_admin_…",
};

/** An admin key reads and changes everything, but sends no calls: a leaked one must not spend money. */
function admitAdmin(actor: string, key: StoredKey | null, approach: Approach): Identity | Denial {
  if (approach.access === "ingest") return deny("not_allowed", "an admin key sends no calls; use an ingest key");
  return { kind: "admin", actor, workspace_id: approach.workspace_id ?? DEFAULT_WORKSPACE, key };
}

function admitKey(key: StoredKey, { access, workspace_id }: Approach): Identity | Denial {
  const kind = access === "read_all" ? "read" : access;
  if (kind !== "any" && kind !== "own" && key.kind !== kind) {
    return deny("not_allowed", `${article(key.kind)} key cannot do this; it takes ${article(kind)} key`);
  }
  if (access === "read_all" && !key.workspaces.includes(EVERY_WORKSPACE)) {
    return deny("not_allowed", `key ${key.id} covers some workspaces only; it takes a read key for every workspace`);
  }
  const chosen = workspace_id ?? ownWorkspace(key);
  if (access !== "any" && !covers(key, chosen)) {
    return deny("not_allowed", `key ${key.id} does not cover workspace "${chosen}"`);
  }
  return { kind: key.kind, actor: key.id, workspace_id: chosen, key };
}

/** The key's default workspace, for a request that names none. */
function ownWorkspace({ workspaces }: StoredKey): string {
  return workspaces[0] === EVERY_WORKSPACE ? DEFAULT_WORKSPACE : workspaces[0];
}

/** Whether a key covers a workspace. */
export function covers({ kind, workspaces }: StoredKey, workspace_id: string): boolean {
  return kind === "admin" || workspaces.includes(workspace_id) || workspaces.includes(EVERY_WORKSPACE);
}

function article(kind: string): string {
  return `${/^[aio]/.test(kind) ? "an" : "a"} ${kind}`;
}

function deny(denied: DenialCode, detail: string): Denial {
  return { denied, detail };
}
