import fc from "fast-check";
import { ROOT } from "../../tools/lib/setup.mjs";
import { bundle } from "../../tools/pack/monitor_code.mjs";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { FIXTURES } from "../../tests/gallery/fixtures.ts";
import { NOON, wire } from "../../tests/support/statuses.ts";
import * as access from "../../shared/access.ts";
import * as zod from "../../shared/events.ts";

/** The same schemas, bundled with the replacement of zod. */
const code = await bundle(ROOT, "shared/events.ts", { format: "es", minify: false });
const small: typeof zod = await import(`data:text/javascript,${encodeURIComponent(code)}`);

const MESSAGES = [
  ...Object.values(FIXTURES).filter(({ status }) => status).map(({ status }) => ({
    type: "quota_update",
    data: status,
    timestamp: wire(NOON),
  })),
  { type: "ping" },
  { type: "error", code: "key_invalid", detail: "revoked" },
];

/** What each schema reads of a message, or that it refuses it. */
function read({ QuotaUpdate, Ping, Pong, SocketError }: typeof zod, message: unknown): unknown[] {
  return [QuotaUpdate, Ping, Pong, SocketError].map((schema) => {
    const { success, data } = schema.safeParse(message);
    return success ? data : "refused";
  });
}

/** The path of every value inside a value. */
function paths(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [[name], ...paths(inner).map((path) => [name, ...path])]);
}

/** A copy, as it arrives, in which the value at a path is another one; `undefined` deletes it. */
function changed(message: object, path: string[], value: unknown): unknown {
  const copy = structuredClone(message) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((inner, name) => inner[name] as Record<string, unknown>, copy);
  if (value === undefined) delete parent[path.at(-1)!];
  else parent[path.at(-1)!] = value;
  return JSON.parse(JSON.stringify(copy));
}

const ODD = [null, undefined, 0, -1, 0.5, 1e300, 2 ** 53, "", "normal", "Acme", [], [{}], {}, true, NaN];
const INSTANTS = ["2026-11-21T12:00:00.000Z", "2026-02-30T12:00:00.000Z", "2026-11-21T12:00:00Z", "2026-11-21", "0"];
const value = fc.oneof(fc.constantFrom<unknown>(...ODD, ...INSTANTS), fc.jsonValue());

Deno.test("every message of the service is read as zod reads it", () => {
  assert(MESSAGES.filter((message) => read(zod, message).some((data) => data !== "refused")).length > 5);
  for (const message of MESSAGES) {
    assertEquals(read(small, message), read(zod, message));
  }
});

Deno.test("a message with any other value in any place is accepted or refused as zod does", () => {
  const place = fc.constantFrom(...MESSAGES).chain((message) =>
    fc.record({ message: fc.constant<object>(message), path: fc.constantFrom(...paths(message)), value })
  );
  fc.assert(
    fc.property(place, ({ message, path, value }) => {
      const odd = changed(message, path, value);
      assertEquals(read(small, odd), read(zod, odd));
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("the requests and answers about keys are read as zod reads them", async () => {
  const code = await bundle(ROOT, "shared/access.ts", { format: "es", minify: false });
  const small: typeof access = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const key = { kind: "read", workspaces: ["acme"], app: null, models: ["gpt-5.4"], expires_at: wire(NOON), note: "x" };
  const bodies: [keyof typeof access, object][] = [
    ["KeyRequest", key],
    ["RedeemRequest", { code: "ABCD-EFGH", name: "Firefox" }],
    ["Redeemed", { key: "qg_read_1", workspace_id: "acme" }],
    ["AuditTrail", {
      data: [{ at: wire(NOON), actor: "a", address: null, action: "b", target: "c", detail: { old: 1, new: [2] } }],
      next_cursor: null,
    }],
    ["Ticket", { ticket: "t1", expires_at: wire(NOON) }],
  ];
  const place = fc.constantFrom(...bodies).chain(([name, body]) =>
    fc.record({
      name: fc.constant(name),
      body: fc.constant(body),
      path: fc.constantFrom(...paths(body), ["other"]),
      value,
    })
  );
  fc.assert(fc.property(place, ({ name, body, path, value }) => {
    const odd = changed(body, path, value);
    const results = [small, access].map((schemas) => {
      const { success, data } = schemas[name].safeParse(odd);
      return success ? data : "refused";
    });
    assertEquals(results[0], results[1]);
  }));
});

Deno.test("anything else is accepted or refused as zod does", () => {
  fc.assert(fc.property(fc.anything(), (value) => assertEquals(read(small, value), read(zod, value))));
});

Deno.test("a schema with a part of zod that has no replacement does not build", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/entry.ts`, 'import * as z from "zod/mini"; export const Big = z.bigint();');
  const failed = await bundle(ROOT, `${folder}/entry.ts`, { format: "es", minify: false }).then(() => "built", String);
  await Deno.remove(folder, { recursive: true });
  assert(/"bigint" is not exported/.test(failed), failed);
});
