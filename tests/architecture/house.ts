/**
 * The table of rooms: what each holds and what it may import. The tests in this folder hold the source and the table in
 * `ARCHITECTURE.md` to it, in both directions: an import needs an entry, and an entry needs an import.
 */

/** One room: a folder or some files of the product. */
export interface Room {
  name: string;
  /** Its content, in the words of `ARCHITECTURE.md`. */
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
    what: "the wire contract as zod schemas, pure text and its languages",
    paths: ["shared/"],
    rooms: [],
    packages: ["zod/mini"],
    timeless: true,
  },
  {
    name: "core",
    what: "pure rules: windows, days, meters, verdict, replay of attempts",
    paths: ["server/core/"],
    rooms: ["shared"],
    packages: [],
    timeless: true,
  },
  {
    name: "live",
    what: "counters that change with every call, behind a port",
    paths: ["server/live/"],
    rooms: ["shared", "core"],
    packages: [],
    timeless: true,
  },
  {
    name: "attempts",
    what: "one exchange with the provider: request facts, answer, socket turns, refusals; needs a `Recorder`",
    paths: ["server/attempts/"],
    rooms: ["shared", "core"],
    // Only the table of the tokenizer is read from a file. Of Node's own streams and codings only the types are imported.
    packages: ["node:fs/promises", "node:url", "node:zlib", "node:stream"],
  },
  {
    name: "client",
    what: "the tracked client, published",
    paths: ["server/client/"],
    rooms: ["shared", "core", "attempts"],
    packages: ["openai"],
  },
  {
    name: "lint",
    what: "lint rules, published",
    paths: ["server/lint/"],
    rooms: [],
    packages: [],
  },
  {
    name: "runtime",
    what: "clock, log, files, lazy imports",
    paths: ["server/runtime/"],
    rooms: ["core"],
    packages: ["node:process"],
  },
  {
    name: "access",
    what: "keys, pairing, tickets, the gate",
    paths: ["server/access/"],
    rooms: ["shared", "core", "runtime"],
    packages: ["node:crypto", "node:http", "node:net", "node:path", "node:sqlite", "node:zlib"],
  },
  {
    name: "config",
    what: "settings, their checks and help",
    paths: ["server/config/"],
    rooms: ["core", "access", "runtime"],
    packages: ["deno-std/text", "node:net", "node:util"],
  },
  {
    name: "limits",
    what: "limits file, its check, limits in force",
    paths: ["server/limits/"],
    rooms: ["shared", "core", "runtime", "config"],
    packages: ["node:fs", "node:path"],
  },
  {
    name: "ledger",
    what: "one durable row an attempt, and their sums over time, behind a port",
    paths: ["server/ledger/"],
    rooms: ["shared", "core", "runtime"],
    packages: ["node:sqlite", "node:path"],
  },
  {
    name: "tracker",
    what: "reserve, then settle or release; statuses, notices, rebuild",
    paths: ["server/tracker/"],
    rooms: ["shared", "core", "live", "attempts", "limits", "ledger"],
    packages: [],
    timeless: true,
  },
  {
    name: "prices",
    what: "what a call costs: the library's prices, our overlay, the team's own",
    paths: ["server/prices/"],
    rooms: ["shared", "core"],
    packages: ["@pydantic/genai-prices"],
    timeless: true,
  },
  {
    name: "upstream",
    what: "HTTP/1.1 client that sends each exchange once",
    paths: ["server/gateway/upstream/"],
    rooms: ["core"],
    packages: ["node:net", "node:tls", "node:buffer"],
  },
  {
    name: "gateway",
    what: "`/v1/*` over HTTP and WebSocket",
    paths: ["server/gateway/"],
    rooms: ["shared", "access", "attempts", "core", "upstream"],
    packages: ["node:http", "node:https", "node:buffer", "node:stream", "node:crypto", "ws"],
  },
  {
    name: "api",
    what: "REST routes, WebSocket, OpenAPI document",
    paths: ["server/api/"],
    rooms: ["shared", "shared/ui", "access", "core", "attempts", "limits", "ledger", "tracker"],
    packages: ["hono", "zod/mini", "ws", "node:http", "node:stream", "node:buffer"],
  },
  {
    name: "dashboard",
    what: "pages that the service serves: shell, places, data",
    paths: ["server/dashboard/"],
    rooms: ["shared", "shared/ui"],
    packages: ["preact", "@preact/signals", "uqr", "uplot", "uplot/dist/uPlot.min.css"],
  },
  {
    name: "features",
    what: "history, preview of limits, metrics, retention; one folder a feature, removable with its line in the index",
    paths: ["server/features/"],
    rooms: ["shared", "access", "core", "attempts", "runtime", "config", "ledger", "tracker", "api"],
    packages: ["deno-std/csv", "node:process"],
  },
  {
    name: "front",
    what: "the one port: TLS and bounds; checks host, origin and path",
    paths: ["server/front/"],
    rooms: ["shared", "access", "core", "runtime", "gateway"],
    packages: ["node:http", "node:https", "node:net", "node:stream", "node:buffer", "node:crypto"],
  },
  {
    name: "server",
    what: "composition",
    paths: ["server/"],
    rooms: [
      "shared",
      "core",
      "access",
      "attempts",
      "runtime",
      "config",
      "limits",
      "ledger",
      "live",
      "tracker",
      "prices",
      "upstream",
      "gateway",
      "api",
      "features",
      "front",
    ],
    packages: ["hono", "@hono/node-server", "node:http"],
  },
  {
    name: "command",
    what: "command line: keys, status, backup, doctor, …",
    paths: ["server/command/"],
    rooms: [
      "shared",
      "shared/ui",
      "access",
      "core",
      "runtime",
      "config",
      "limits",
      "ledger",
      "tracker",
      "front",
      "prices",
    ],
    packages: ["deno-std/cli", "node:fs", "node:path", "node:sqlite", "node:url", "node:util"],
  },

  {
    name: "shared/ui",
    what: "meters, notices, countdowns, styles, texts",
    paths: ["shared/ui/"],
    rooms: ["shared"],
    packages: [],
  },
  {
    name: "state",
    what: "settings, messages, stored view",
    paths: ["extension/state/"],
    rooms: ["shared"],
    packages: ["wxt/browser", "zod/mini"],
  },
  {
    name: "connection",
    what: "state machine and adapters: socket, polling",
    paths: ["extension/connection/"],
    rooms: ["shared"],
    packages: ["zod/mini"],
  },
  {
    name: "badge",
    what: "text, colour and title in the toolbar",
    paths: ["extension/badge/"],
    rooms: ["shared", "shared/ui"],
    packages: ["wxt/browser"],
  },
  {
    name: "notices",
    what: "which changes to tell of, once each; the browser's notifications",
    paths: ["extension/notices/"],
    rooms: ["shared", "shared/ui", "state"],
    packages: ["wxt/browser"],
  },
  {
    name: "background",
    what: "owns the connection, writes the view",
    paths: ["extension/background/"],
    rooms: ["shared", "state", "connection", "badge", "notices"],
    packages: ["wxt/browser"],
  },
  {
    name: "pages",
    what: "popup, options page, first set-up",
    paths: ["extension/pages/"],
    rooms: ["shared", "shared/ui", "state", "connection", "widget"],
    packages: ["preact", "@preact/signals"],
  },
  {
    name: "widget",
    what: "pill and panel in the chat page; `adapters/`: one file a chat application",
    paths: ["extension/widget/"],
    rooms: ["shared", "shared/ui", "state"],
    packages: ["preact"],
  },
  {
    name: "monitor",
    what: "hook and element for a team's own pages, published",
    paths: ["extension/monitor/"],
    rooms: ["shared", "shared/ui", "state", "connection", "notices", "widget"],
    packages: ["preact"],
  },
  {
    name: "entrypoints",
    what: "what the browser loads",
    paths: ["extension/entrypoints/"],
    rooms: ["shared", "shared/ui", "state", "notices", "background", "pages", "widget"],
    packages: ["preact", "@preact/signals", "wxt/browser", "wxt/utils"],
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
  "server/ledger/sqlite/history/long_reads_worker.ts",
  "server/dashboard/main.tsx",
  "server/client/mod.ts",
  "server/client/ws.ts",
  "server/lint/deno_plugin.ts",
  "server/lint/eslint_plugin.ts",
  "extension/entrypoints/",
  "extension/monitor/element.tsx",
  "extension/monitor/small_preact.ts",
  "extension/monitor/small_zod.ts",
  "extension/monitor/types.ts",
  "extension/monitor/use_quota_monitor.ts",
];
