/** Mass assignment: each route takes only the fields that its schema lists. The table comes from the routes. */
import { ROUTES } from "../../server/api/routes.ts";
import { FEATURE_ROUTES } from "../../server/features/index.ts";
import { assertEquals } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { report } from "./requests.ts";

/** A body that is accepted, and the key that may send it, by route. */
const BODIES: Record<
  string,
  { key: string; body: (service: TeamService) => object; path?: (s: TeamService) => string }
> = {
  "POST /api/quota/keys": { key: "admin", body: () => ({ kind: "read", workspaces: ["acme"] }) },
  "POST /api/quota/keys/:id/rotate": {
    key: "admin",
    body: () => ({ overlap_seconds: 60 }),
    path: (service) => `/api/quota/keys/${service.idOf("read")}/rotate`,
  },
  "POST /api/quota/pairing": { key: "admin", body: () => ({ workspace_id: "acme" }) },
  "POST /api/quota/pairing/redeem": { key: "none", body: () => ({ code: "ABCD-EFGH", name: "Firefox" }) },
  "POST /api/quota/sessions": { key: "none", body: ({ keys }) => ({ key: keys.read }) },
  "POST /api/quota/reset": { key: "admin", body: () => ({ workspace_id: "acme", scope: "minute" }) },
  "PUT /api/quota/limits": {
    key: "admin",
    body: () => ({ requests_per_minute: 9, models: { "gpt-5.4": { tokens_per_minute: 9 } } }),
  },
  "POST /api/quota/limits/preview": {
    key: "admin",
    body: () => ({ requests_per_minute: 9, apps: { "*": { budgets: { day: "9" } } } }),
  },
  "POST /api/quota/reservations": {
    key: "ingest",
    body: () => ({ id: `reservation-${crypto.randomUUID()}`, workspace_id: "acme", tokens: 1 }),
  },
  "POST /api/quota/attempts": { key: "ingest", body: () => ({ attempts: [report({ workspace_id: "acme" })] }) },
};

/** Fields by which a caller could try to get more than they may. */
const EXTRA: Record<string, unknown> = {
  id_: "chosen00",
  created_by: "somebody",
  created_at_ms: 0,
  hash: "00",
  revoked_at: null,
  expires_at_ms: 4e15,
  role: "admin",
  is_admin: true,
  upstream_url: "https://evil.example",
  constructor: { prototype: {} },
};

/** A copy of a body for each object in it, with the field added there. */
function* variants(body: unknown, name: string, value: unknown): Generator<unknown> {
  if (typeof body !== "object" || body === null) return;
  if (!Array.isArray(body)) yield { ...body, [name]: value };
  for (const [key, inner] of Object.entries(body)) {
    for (const changed of variants(inner, name, value)) {
      yield Array.isArray(body) ? body.with(Number(key), changed) : { ...body, [key]: changed };
    }
  }
}

const withBody = [...ROUTES, ...FEATURE_ROUTES].filter((route) => route.body);

Deno.test("every route with a body is in the table", () => {
  assertEquals(withBody.map(({ method, path }) => `${method} ${path}`).sort(), Object.keys(BODIES).sort());
});

for (const { method, path, answer } of withBody) {
  const { key, body, path: pathFor } = BODIES[`${method} ${path}`];
  Deno.test(`${method} ${path} refuses every field that it does not list`, () =>
    withTeamService(async (service) => {
      const send = async (sent: unknown) => {
        const headers = { "content-type": "application/json", ...credentialsOf(service.keys[key]) };
        const target = service.url + (pathFor?.(service) ?? path);
        const response = await fetch(target, { method, headers, body: JSON.stringify(sent) });
        return [response.status, (await response.json()).code];
      };
      const [status] = await send(body(service));
      assertEquals(status, path.endsWith("redeem") ? 404 : answer.status);
      for (const [name, value] of Object.entries(EXTRA)) {
        for (const changed of variants(body(service), name, value)) {
          assertEquals(await send(changed), [400, "invalid_request"], JSON.stringify(changed));
        }
      }
    }));
}

const credentialsOf = (key: string | null): Record<string, string> => key ? { authorization: `Bearer ${key}` } : {};

Deno.test("routes without a body ignore one: a ticket is no wider than its key", () =>
  withTeamService(async (service) => {
    const response = await fetch(`${service.url}/api/quota/ticket`, {
      method: "POST",
      headers: { "content-type": "application/json", ...credentialsOf(service.keys.read) },
      body: JSON.stringify({ kind: "admin", workspaces: ["*"], workspace_id: "other", expires_at: "2099-01-01" }),
    });
    const { ticket } = await response.json();
    const socket = new WebSocket(`${service.url.replace("http", "ws")}/api/quota/ws?workspace_id=other`);
    const closed = new Promise<string>((resolve) => socket.onclose = ({ reason }) => resolve(reason));
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", ticket }));
    assertEquals(await closed, "not_allowed");
  }));
