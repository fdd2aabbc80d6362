/** `/api/quota/sessions`: the dashboard's sign-in. */
import { Session, SessionRequest } from "../../../shared/access.ts";
import { type Caller, isRefused } from "../../access/access_control.ts";
import { EVERY_WORKSPACE } from "../../access/gate.ts";
import { instant } from "../../core/meter.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { type ApiDeps, route } from "../route.ts";

const EXAMPLE: Session = { kind: "read", workspaces: ["acme"], expires_at: "2026-11-21T22:00:00.000Z" };

export const openSession = route({
  method: "POST",
  path: "/api/quota/sessions",
  tag: "Access",
  summary: "Sign in with a read or an admin key",
  description:
    "Sets a cookie that lasts 12 hours, and ends with its key and with the service. Other routes take it in " +
    "place of a key, but the gateway does not. It changes something only with the `Origin` of this service.",
  access: "open",
  body: SessionRequest,
  answer: { status: 201, schema: Session },
  example: { body: { key: "qg_read_m4t8w1ze_…" }, answer: EXAMPLE },
  problems: ["key_invalid", "key_expired", "not_allowed", "too_many_tries"],
  handle: ({ body, caller, setHeader }, { access, sessions }) => {
    const { kind, actor, key } = holderOf(body.key.trim(), caller, access);
    if (kind !== "read" && kind !== "admin") {
      throw new ProblemError("not_allowed", "Cannot sign in with an ingest key: it reads nothing. Use a read key");
    }
    const { session, cookie } = sessions.open({ kind, actor, key });
    setHeader("set-cookie", cookie);
    return shown(session, session.expires_at_ms);
  },
});

export const currentSession = route({
  method: "GET",
  path: "/api/quota/sessions/current",
  tag: "Access",
  summary: "Who is signed in",
  access: "any",
  answer: { status: 200, schema: Session },
  example: { answer: EXAMPLE },
  problems: [],
  handle: ({ caller, header }, { sessions }) => {
    refuseIngestKey(caller);
    return shown(caller, sessions.find(header("cookie"))?.expires_at_ms ?? null);
  },
});

export const closeSession = route({
  method: "DELETE",
  path: "/api/quota/sessions/current",
  tag: "Access",
  summary: "Sign out",
  access: "any",
  answer: { status: 204 },
  example: {},
  problems: [],
  handle: ({ caller, header, setHeader }, { sessions }) => {
    refuseIngestKey(caller);
    setHeader("set-cookie", sessions.close(header("cookie")));
  },
});

function refuseIngestKey({ kind }: Caller): void {
  if (kind === "ingest") throw new ProblemError("not_allowed", "Cannot use a session with an ingest key");
}

/** The holder of the key; a wrong key is counted like one in a header. */
function holderOf(text: string, { address }: Caller, access: ApiDeps["access"]) {
  const header = (name: string) => name === "x-quota-key" ? text : undefined;
  const holder = access.admit({ access: "any", workspace_id: null, header, is_gateway: false, remote: address });
  if (!isRefused(holder)) return holder;
  const headers: Record<string, string> = holder.retry_after_ms === undefined
    ? {}
    : { "retry-after": String(Math.ceil(holder.retry_after_ms / 1000)) };
  throw new ProblemError(holder.denied, `Cannot sign in: ${holder.detail}`, headers);
}

function shown({ kind, key }: Pick<Caller, "kind" | "key">, expires_at_ms: number | null): Session {
  return {
    kind: kind as Session["kind"],
    workspaces: kind === "read" ? key!.workspaces : [EVERY_WORKSPACE],
    expires_at: expires_at_ms === null ? null : instant(expires_at_ms),
  };
}
