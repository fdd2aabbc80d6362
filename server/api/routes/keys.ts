/** `/api/quota/keys`: creates, lists, rotates and revokes keys. */
import { AccessError } from "../../access/access_error.ts";
import { EVERY_WORKSPACE } from "../../access/gate.ts";
import { shownKey } from "../../access/shown_key.ts";
import { type Key, KeyRequest, Keys, NewKey, RotateRequest } from "../../../shared/access.ts";
import type { ProblemCode } from "../../../shared/problem.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { PAGE_QUERY, pageOf } from "../page.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

const ADMIN = ["admin_disabled"] as const;

/** How long the old secret of a rotated key works by default. */
const DEFAULT_OVERLAP_SECONDS = 86_400;

const KEY_EXAMPLE: Key = {
  id: "k3v9x2qd",
  kind: "ingest",
  workspaces: ["acme"],
  app: "nightly-report",
  models: null,
  note: null,
  created_at: "2026-11-21T10:00:00.000Z",
  created_by: "key 9mfw2t7a",
  expires_at: "2027-11-21T10:00:00.000Z",
  revoked_at: null,
  last_used_at: null,
  previous_secret_until: null,
};

/** The text of a real key is longer. */
const NEW_KEY_EXAMPLE: NewKey = { ...KEY_EXAMPLE, key: "qg_ingest_k3v9x2qd_…" };

export const listKeys = route({
  method: "GET",
  path: "/api/quota/keys",
  tag: "Access",
  summary: "Every key, without its secret, newest first",
  query: PAGE_QUERY,
  access: "admin",
  answer: { status: 200, schema: Keys },
  example: { answer: { data: [KEY_EXAMPLE], next_cursor: null } },
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
  tag: "Access",
  summary: "Make a key",
  description:
    "The answer tells the key this once; the service keeps only its hash. A key that is made with an admin key expires no " +
    "later than that one.",
  access: "admin",
  body: KeyRequest,
  answer: { status: 201, schema: NewKey },
  example: {
    body: {
      kind: "ingest",
      workspaces: ["acme"],
      app: "nightly-report",
      expires_at: "2027-11-21T10:00:00.000Z",
    },
    answer: NEW_KEY_EXAMPLE,
  },
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
  tag: "Access",
  summary: "Give a key a new secret",
  description: "The old secret works until `overlap_seconds` have passed, a day by default, at most 30 days.",
  access: "admin",
  body: RotateRequest,
  answer: { status: 201, schema: NewKey },
  example: { params: { id: KEY_EXAMPLE.id }, body: { overlap_seconds: 86_400 }, answer: NEW_KEY_EXAMPLE },
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
  tag: "Access",
  summary: "Revoke a key",
  description: "It is refused from then on, and its open WebSockets are closed.",
  access: "admin",
  answer: { status: 204 },
  example: { params: { id: KEY_EXAMPLE.id } },
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
