/** `/api/quota/keys`: creates, lists, rotates and revokes keys. */
import { AccessError } from "../../access/access_error.ts";
import { EVERY_WORKSPACE } from "../../access/gate.ts";
import { shownKey } from "../../access/shown_key.ts";
import { KeyRequest, Keys, NewKey, RotateRequest } from "../../../shared/access.ts";
import type { ProblemCode } from "../../../shared/problem.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { PAGE_QUERY, pageOf } from "../page.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

const ADMIN = ["admin_disabled"] as const;

/** How long the old secret of a rotated key works by default. */
const DEFAULT_OVERLAP_SECONDS = 86_400;

export const listKeys = route({
  method: "GET",
  path: "/api/quota/keys",
  summary: "Every key, without its secret, newest first",
  query: PAGE_QUERY,
  access: "admin",
  answer: { status: 200, schema: Keys },
  problems: [...ADMIN, "invalid_request"],
  handle: ({ query }, { keyring }) => {
    const { limit, cursor } = pageOf(query);
    // The cursor is the number of older keys: keys are never deleted.
    const keys = keyring.list();
    const end = Math.min(cursor ?? keys.length, keys.length);
    const start = Math.max(0, end - limit);
    return { data: keys.slice(start, end).reverse().map(shownKey), next_cursor: start > 0 ? String(start) : null };
  },
});

export const createKey = route({
  method: "POST",
  path: "/api/quota/keys",
  summary: "Make a key",
  description:
    "The answer tells the key this once; the service keeps only its hash. A key that is made with an admin key expires no " +
    "later than that one.",
  access: "admin",
  body: KeyRequest,
  answer: { status: 201, schema: NewKey },
  problems: [...ADMIN, "invalid_workspace"],
  handle: ({ body, caller }, { keyring, clock }) => {
    const { kind, expires_at, ...labels } = body;
    const workspaces = workspacesOf(body);
    const expires_at_ms = expires_at ? Date.parse(expires_at) : null;
    if (expires_at_ms !== null && expires_at_ms <= clock.now()) {
      throw new ProblemError("invalid_request", `Cannot make this key: expires_at ${expires_at} is in the past`);
    }
    const { text, key } = known(() => keyring.create({ ...labels, kind, workspaces, expires_at_ms }, caller));
    return { ...shownKey(key), key: text };
  },
});

export const rotateKey = route({
  method: "POST",
  path: "/api/quota/keys/:id/rotate",
  summary: "Give a key a new secret",
  description: "The old secret works until `overlap_seconds` have passed, a day by default, at most 30 days.",
  access: "admin",
  body: RotateRequest,
  answer: { status: 201, schema: NewKey },
  problems: [...ADMIN, "not_found", "key_revoked"],
  handle: ({ param, body, caller }, { keyring }) => {
    const overlap_ms = (body.overlap_seconds ?? DEFAULT_OVERLAP_SECONDS) * 1000;
    const { text, key } = known(() => keyring.rotate(param("id"), overlap_ms, caller));
    return { ...shownKey(key), key: text };
  },
});

export const revokeKey = route({
  method: "DELETE",
  path: "/api/quota/keys/:id",
  summary: "Revoke a key",
  description: "It is refused from then on, and its open WebSockets are closed.",
  access: "admin",
  answer: { status: 204 },
  problems: [...ADMIN, "not_found"],
  handle: ({ param, caller }, { keyring }) => known(() => keyring.revoke(param("id"), caller)),
});

function workspacesOf({ kind, workspaces = [] }: KeyRequest): string[] {
  if (kind === "admin" ? workspaces.length > 0 : workspaces.length === 0) {
    const rule = kind === "admin" ? "an admin key covers all workspaces and lists none" : "name its workspaces";
    throw new ProblemError("invalid_request", `Cannot make this key: ${rule}`);
  }
  if (kind === "ingest" && workspaces.length > 1) {
    throw new ProblemError("invalid_request", "Cannot make this key: an ingest key sends calls for one workspace");
  }
  return workspaces.map((name) => kind === "read" && name === EVERY_WORKSPACE ? name : workspaceId(name));
}

const PROBLEMS: Partial<Record<AccessError["code"], ProblemCode>> = {
  unknown_key: "not_found",
  key_revoked: "key_revoked",
  too_wide: "not_allowed",
};

/** Turns faults of the keyring into problems. */
function known<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    const code = PROBLEMS[error.code];
    if (code === undefined) throw error;
    throw new ProblemError(code, error.message);
  }
}
