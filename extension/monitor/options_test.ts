import { assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { optionsOf } from "./attributes.ts";
import { planOf } from "./options.ts";
import type { QuotaMonitorOptions } from "./types.ts";

const PAGE = "https://chat.acme.dev/rooms/launch";
const READ = "qg_read_Ab12_Cd34";

Deno.test("without options it is the default workspace of a service on this machine, live", () => {
  assertEquals(planOf({}), {
    target: {
      server_url: "http://127.0.0.1:8787",
      workspace_id: "default",
      key: null,
      live: true,
      poll_every_ms: 15_000,
    },
    ticketEndpoint: null,
    problem: null,
  });
});

const ADDRESSES: [service: string, server_url: string][] = [
  ["https://quota.acme.dev", "https://quota.acme.dev"],
  ["https://quota.acme.dev/", "https://quota.acme.dev"],
  ["https://tools.acme.dev/quota//?a=1#b", "https://tools.acme.dev/quota"],
  ["/quota/", "https://chat.acme.dev/quota"],
];

for (const [service, server_url] of ADDRESSES) {
  Deno.test(`the service ${service} is at ${server_url}`, () => {
    assertEquals(planOf({ service }, PAGE).target.server_url, server_url);
  });
}

const REFUSED: [problem: RegExp, options: QuotaMonitorOptions][] = [
  [/^Cannot use "http:\/\/" as the service's address/, { service: "http://" }],
  [/^Cannot use "javascript:1" as the service's address/, { service: "javascript:1" }],
  [/^Cannot use "https:\/\/a:b@c" as the service's address/, { service: "https://a:b@c" }],
  [/^Cannot use "..\/etc" as a workspace: give 1 to 64 of/, { workspaceId: "../etc" }],
  [/^Cannot use an ingest key in a page, where everybody can read it/, { readKey: "qg_ingest_Ab12_Cd34" }],
  [/^Cannot use an admin key in a page, where everybody can read it/, { readKey: "qg_admin_Ab12_Cd34" }],
  [/^Cannot use this key: a page needs a read key/, { readKey: "sk-proj-1" }],
  [/^Cannot use a read key and a ticket endpoint together/, { readKey: READ, ticketEndpoint: "/ticket" }],
  [/^Cannot use "data:," as the ticket endpoint/, { ticketEndpoint: "data:," }],
  [/^Cannot poll with a ticket/, { ticketEndpoint: "/ticket", enableWebSocket: false }],
];

for (const [problem, options] of REFUSED) {
  Deno.test(`refused: ${JSON.stringify(options)}`, () => {
    const { problem: found } = planOf(options, PAGE);
    assertMatch(found ?? "", problem);
    assertEquals(found?.includes(options.readKey ?? "qg_"), false, "the key is not in the sentence");
  });
}

Deno.test("a ticket endpoint is relative to the page", () => {
  assertEquals(planOf({ ticketEndpoint: "/ticket" }, PAGE).ticketEndpoint, "https://chat.acme.dev/ticket");
});

Deno.test("the interval of polls is kept below the age at which numbers become stale", () => {
  const interval = (options: QuotaMonitorOptions) => planOf(options).target.poll_every_ms;
  assertEquals([1, 5_000, 20_000, 90_000, NaN].map((refreshInterval) => interval({ refreshInterval })), [
    5_000,
    5_000,
    20_000,
    30_000,
    15_000,
  ]);
  assertEquals(interval({ autoRefresh: false }), null);
});

Deno.test("attributes are options, and an empty one is left out", () => {
  const attributes: Record<string, string> = {
    service: "https://quota.acme.dev",
    workspace: "acme",
    key: "",
    "ticket-endpoint": "/ticket",
    live: "false",
    "refresh-interval": "20000",
  };
  assertEquals(optionsOf((name) => attributes[name] ?? null), {
    service: "https://quota.acme.dev",
    workspaceId: "acme",
    readKey: undefined,
    ticketEndpoint: "/ticket",
    enableWebSocket: false,
    refreshInterval: 20_000,
  });
  assertEquals(optionsOf(() => null).enableWebSocket, true);
});
