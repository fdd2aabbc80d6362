/** The import table: which room may use which. The tests beside it hold the source to it. */

/** One room of the house. */
export interface Room {
  name: string;
  /** Folders (ending in `/`) and files that are in it; the longest match decides. */
  paths: string[];
  /** Rooms that it may import, beside itself. */
  rooms: string[];
  /** Packages and built-ins that it may import; `a` covers `a/b` too, `a/b` covers no other part of `a`. */
  packages: string[];
  /** Time reaches it as an argument or a `Clock`: it reads no clock and sets no timer. */
  timeless?: true;
}

const SERVER = [
  "shared",
  "runtime",
  "config",
  "core",
  "limits",
  "tracker",
  "attempts",
  "gateway",
  "upstream",
  "ledger",
  "live",
  "api",
  "front",
];
const EXTENSION = ["shared", "state", "connection", "badge", "permissions", "notify", "ui"];

export const ROOMS: Room[] = [
  { name: "shared", paths: ["shared/"], rooms: [], packages: ["zod/mini"], timeless: true },

  // The rules: given time and data, they fetch neither.
  { name: "core", paths: ["server/core/"], rooms: ["shared"], packages: [], timeless: true },
  // One exchange with the provider. It needs a Recorder, and works in a process that has no tracker.
  {
    name: "attempts",
    paths: ["server/attempts/"],
    rooms: ["shared", "core"],
    // The built-ins are for the tokenizer's table alone.
    packages: ["node:fs/promises", "node:url"],
  },
  // The published client.
  { name: "client", paths: ["server/client/"], rooms: ["shared", "core", "attempts"], packages: ["openai"] },
  // Published beside the client.
  { name: "lint", paths: ["server/lint/"], rooms: [], packages: [] },
  // What this process has of its own: clock, log, modules that are loaded late.
  { name: "runtime", paths: ["server/runtime/"], rooms: ["core"], packages: [] },
  { name: "ledger", paths: ["server/ledger/"], rooms: ["shared", "core"], packages: ["node:sqlite", "node:path"] },
  { name: "live", paths: ["server/live/"], rooms: ["shared", "core"], packages: [], timeless: true },
  {
    name: "tracker",
    paths: ["server/tracker/"],
    rooms: ["shared", "core", "ledger", "limits", "live", "attempts"],
    packages: [],
    timeless: true,
  },
  // Speaks HTTP with the provider, and knows nothing of what it carries.
  {
    name: "upstream",
    paths: ["server/gateway/upstream/"],
    rooms: [],
    packages: ["node:net", "node:tls", "node:buffer"],
  },
  {
    name: "gateway",
    paths: ["server/gateway/"],
    rooms: ["shared", "core", "attempts", "upstream"],
    packages: ["node:http", "node:https", "node:zlib", "node:buffer", "node:stream", "node:crypto", "ws"],
  },
  {
    name: "api",
    paths: ["server/api/"],
    rooms: ["shared", "core", "attempts", "tracker", "ledger", "limits"],
    packages: ["node:crypto", "hono", "zod/mini", "ws", "node:http", "node:stream", "node:buffer", "@hono/node-server"],
  },
  // Where every connection arrives: it looks at host, origin and path, then hands on to the gateway or the API.
  {
    name: "front",
    paths: ["server/front/"],
    rooms: ["shared", "core", "gateway"],
    packages: ["node:http", "node:stream", "node:buffer", "hono", "@hono/node-server"],
  },
  { name: "limits", paths: ["server/limits/"], rooms: ["shared", "core", "config", "runtime"], packages: ["zod/mini"] },
  { name: "config", paths: ["server/config/"], rooms: ["shared", "core"], packages: [] },
  // Composition: main and app wire everything, and nothing else does.
  {
    name: "server",
    paths: ["server/"],
    rooms: SERVER,
    packages: [
      "hono",
      "@hono/node-server",
      "zod/mini",
      "ws",
      "node:http",
      "node:buffer",
      "node:stream",
      "node:util",
      "node:fs",
    ],
  },

  {
    name: "state",
    paths: ["extension/state/"],
    rooms: ["shared"],
    packages: ["@preact/signals", "preact", "wxt/browser", "zod/mini"],
  },
  {
    name: "connection",
    paths: ["extension/connection/"],
    rooms: ["shared", "state"],
    packages: ["wxt/browser", "zod/mini"],
  },
  { name: "permissions", paths: ["extension/permissions/"], rooms: ["shared", "state"], packages: ["wxt/browser"] },
  {
    name: "ui",
    paths: ["extension/ui/"],
    rooms: ["shared", "state"],
    packages: ["preact", "@preact/signals"],
  },
  { name: "badge", paths: ["extension/badge/"], rooms: ["shared", "state", "ui"], packages: ["wxt/browser"] },
  { name: "notify", paths: ["extension/notify/"], rooms: ["shared", "state", "ui"], packages: ["wxt/browser"] },
  // What the background is made of: it alone owns the connection and writes the state.
  {
    name: "background",
    paths: [
      "extension/background/",
      "extension/state/commands.ts",
      "extension/state/desk.ts",
      "extension/state/surfaces.ts",
    ],
    rooms: EXTENSION.filter((room) => room !== "ui"),
    packages: ["wxt/browser"],
  },
  {
    name: "entrypoints",
    paths: ["extension/entrypoints/"],
    rooms: [...EXTENSION, "background"],
    packages: ["preact", "@preact/signals", "wxt/browser", "wxt/utils"],
  },
];

/** Data outside every room that anyone may read. */
export const FREE_FILES = ["package.json"];
