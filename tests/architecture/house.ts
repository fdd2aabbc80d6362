/**
 * The table of rooms: what each holds and what it may import. The tests in this folder hold the source and the table in
 * `ARCHITECTURE.md` to it, in both directions: an import needs an entry, and an entry needs an import.
 */

/** One room: a folder or some files of the product. */
export interface Room {
  name: string;
  /** What it holds, in the words of `ARCHITECTURE.md`. */
  what: string;
  /** Its folders (ending in `/`) and files; the longest match decides. */
  paths: string[];
  /** The other rooms that it may import. */
  rooms: string[];
  /** The packages and built-ins that it may import; `a` covers `a/b`, `a/b` covers no other part of `a`. */
  packages: string[];
  /** It gets its time as an argument or a `Clock`: it reads no clock and sets no timer. */
  timeless?: true;
}

export const ROOMS: Room[] = [
  {
    name: "shared",
    what: "the wire contract as zod schemas, and pure text",
    paths: ["shared/"],
    rooms: [],
    packages: ["zod/mini"],
    timeless: true,
  },
  {
    name: "core",
    what: "the rules: windows, days, meters, the verdict; they are given time and data",
    paths: ["server/core/"],
    rooms: ["shared"],
    packages: [],
    timeless: true,
  },
  {
    name: "live",
    what: "the counters of a workspace, which change with every call",
    paths: ["server/live/"],
    rooms: ["shared", "core"],
    packages: [],
    timeless: true,
  },
  {
    name: "attempts",
    what:
      "one HTTP exchange with the provider: plan, request facts, answer, socket turns, refusals; it needs a `Recorder`",
    paths: ["server/attempts/"],
    rooms: ["shared"],
    // Only the table of the tokenizer is read from a file.
    packages: ["node:fs/promises", "node:url"],
  },
  {
    name: "client",
    what: "the tracked client, published as a package",
    paths: ["server/client/"],
    rooms: ["shared", "core", "attempts"],
    packages: ["openai"],
  },
  {
    name: "lint",
    what: "the lint rules, published with the client",
    paths: ["server/lint/"],
    rooms: [],
    packages: [],
  },
  {
    name: "runtime",
    what: "the clock, the log and lazy imports of this process",
    paths: ["server/runtime/"],
    rooms: ["core"],
    packages: [],
  },
  {
    name: "access",
    what: "keys, pairing, tickets and the gate that every request passes",
    paths: ["server/access/"],
    rooms: ["shared", "core"],
    packages: ["node:crypto", "node:http", "node:net", "node:path", "node:sqlite", "node:zlib"],
  },
  {
    name: "config",
    what: "every setting with its check and its help",
    paths: ["server/config/"],
    rooms: ["core", "access"],
    packages: ["node:fs", "node:net", "node:util"],
  },
  {
    name: "limits",
    what: "the limits file, its check, and the limits in force",
    paths: ["server/limits/"],
    rooms: ["shared", "core", "runtime", "config"],
    packages: ["zod/mini"],
  },
  {
    name: "ledger",
    what: "one durable row for each attempt, behind a port: SQLite in a worker, or memory",
    paths: ["server/ledger/"],
    rooms: ["shared"],
    packages: ["node:fs", "node:sqlite", "node:path"],
  },
  {
    name: "tracker",
    what: "the only writer of counters and ledger: reserve, then settle or release; statuses, notices, rebuild",
    paths: ["server/tracker/"],
    rooms: ["shared", "core", "live", "attempts", "limits", "ledger"],
    packages: [],
    timeless: true,
  },
  {
    name: "upstream",
    what: "an HTTP/1.1 client for the provider that sends each exchange once",
    paths: ["server/gateway/upstream/"],
    rooms: ["core"],
    packages: ["node:net", "node:tls", "node:buffer"],
  },
  {
    name: "gateway",
    what: "`/v1/*` over HTTP and WebSocket",
    paths: ["server/gateway/"],
    rooms: ["shared", "access", "attempts", "core", "upstream"],
    packages: ["node:http", "node:https", "node:zlib", "node:buffer", "node:stream", "node:crypto", "ws"],
  },
  {
    name: "api",
    what: "REST routes, WebSocket, OpenAPI document",
    paths: ["server/api/"],
    rooms: ["shared", "access", "core", "attempts", "limits", "ledger", "tracker"],
    packages: ["hono", "zod/mini", "ws", "node:http", "node:stream", "node:buffer"],
  },
  {
    name: "front",
    what: "the one port: it checks host, origin and path, then passes the connection to gateway or API",
    paths: ["server/front/"],
    rooms: ["shared", "access", "core", "runtime", "gateway"],
    packages: ["node:http", "node:net", "node:stream", "node:buffer"],
  },
  {
    name: "server",
    what: "composition: `main`, `service` and `app` connect the rooms, and no other file does",
    paths: ["server/"],
    rooms: [
      "core",
      "access",
      "attempts",
      "runtime",
      "config",
      "limits",
      "ledger",
      "live",
      "tracker",
      "upstream",
      "gateway",
      "api",
      "front",
    ],
    packages: ["hono", "@hono/node-server", "node:http"],
  },
  {
    name: "command",
    what: "the command line beside the service: keys, status, watch, backup, restore, check",
    paths: ["server/command/"],
    rooms: ["shared", "shared/ui", "access", "config", "ledger"],
    packages: ["deno-std/cli", "node:util"],
  },

  {
    name: "shared/ui",
    what: "meters, notices, countdowns, styles and texts that extension and dashboard share",
    paths: ["shared/ui/"],
    rooms: ["shared"],
    packages: [],
  },
  {
    name: "state",
    what: "what the extension's parts exchange: settings, messages, the stored view",
    paths: ["extension/state/"],
    rooms: ["shared"],
    packages: ["wxt/browser", "zod/mini"],
  },
  {
    name: "connection",
    what: "a pure state machine with adapters: socket, polling, back-off",
    paths: ["extension/connection/"],
    rooms: ["shared"],
    packages: ["zod/mini"],
  },
  {
    name: "badge",
    what: "the view as text, colour and title in the toolbar",
    paths: ["extension/badge/"],
    rooms: ["shared", "shared/ui"],
    packages: ["wxt/browser"],
  },
  {
    name: "background",
    what: "the only owner of the connection and writer of the view; commands, alarm, the chat page's script",
    paths: ["extension/background/"],
    rooms: ["shared", "state", "connection", "badge"],
    packages: ["wxt/browser"],
  },
  {
    name: "pages",
    what: "popup and options page",
    paths: ["extension/pages/"],
    rooms: ["shared", "shared/ui", "state"],
    packages: [],
  },
  {
    name: "widget",
    what: "the panel in the chat page: its host element, pill and panel",
    paths: ["extension/widget/"],
    rooms: ["shared", "shared/ui"],
    packages: ["preact"],
  },
  {
    name: "entrypoints",
    what: "the files that the browser loads; they connect the rooms",
    paths: ["extension/entrypoints/"],
    rooms: ["shared", "shared/ui", "state", "background", "pages", "widget"],
    packages: ["preact", "wxt/browser", "wxt/utils"],
  },
];

/** Folders around the product. They may import anything, and no room may import them. */
export const OUTSIDE = ["demo/", "tests/", "tools/"];

/** Files outside every room that any room may read. */
export const FREE_FILES = ["package.json"];

/** The files and folders that are run or published: nothing in the project imports their exports. */
export const ENTRIES = [
  "server/main.ts",
  "server/command/main.ts",
  "server/ledger/sqlite/worker.ts",
  "server/client/mod.ts",
  "server/client/ws.ts",
  "server/lint/deno_plugin.ts",
  "server/lint/eslint_plugin.ts",
  "extension/entrypoints/",
];
