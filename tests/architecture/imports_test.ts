import { assert, assertEquals } from "../support/assert.ts";
import { faults, roomOf } from "./arrows.ts";
import { ROOMS } from "./house.ts";
import { productSources } from "./sources.ts";

Deno.test("no room reaches for what it may not", async () => {
  const sources = await productSources();
  assert(sources.length > 50, `only ${sources.length} source files were found`);
  assertEquals(sources.flatMap(({ path, text }) => faults(path, text)), []);
});

Deno.test("every arrow of the table ends in a room, and no way leads back", () => {
  const byName = new Map(ROOMS.map((room) => [room.name, room]));
  const follow = (name: string, way: string[]): void => {
    const room = byName.get(name);
    assert(room, `${way.at(-1)} names ${name}, which is no room`);
    assert(!way.includes(name), `a circle: ${[...way, name].join(" → ")}`);
    for (const next of room.rooms) follow(next, [...way, name]);
  };
  for (const { name } of ROOMS) follow(name, []);
});

Deno.test("the longest match decides the room", () => {
  assertEquals(roomOf("server/core/limits.ts")?.name, "core");
  assertEquals(roomOf("server/main.ts")?.name, "server");
  assertEquals(roomOf("elsewhere/main.ts"), undefined);
});

const FORBIDDEN: [why: string, path: string, source: string, fault: string][] = [
  [
    "the rules know no tracker",
    "server/core/a.ts",
    'import { Tracker } from "../tracker/tracker.ts";',
    "server/core/a.ts:1 imports server/tracker/tracker.ts: core may not use tracker",
  ],
  [
    "nor its types",
    "server/attempts/a.ts",
    '\nimport type { Tracker } from "../tracker/tracker.ts";',
    "server/attempts/a.ts:2 imports server/tracker/tracker.ts: attempts may not use tracker",
  ],
  [
    "nor by passing on",
    "shared/a.ts",
    'export * from "../server/app.ts";',
    "shared/a.ts:1 imports server/app.ts: shared may not use server",
  ],
  [
    "nor by name",
    "shared/a.ts",
    'export { a } from "../server/app.ts";',
    "shared/a.ts:1 imports server/app.ts: shared may not use server",
  ],
  [
    "nor late",
    "extension/ui/a.tsx",
    'const late = <p>{await import("../../server/app.ts")}</p>;',
    "extension/ui/a.tsx:1 imports server/app.ts: ui may not use server",
  ],
  [
    "nor as a type in a type",
    "extension/ui/a.ts",
    'let a: import("../connection/machine.ts").Machine;',
    "extension/ui/a.ts:1 imports extension/connection/machine.ts: ui may not use connection",
  ],
  [
    "full zod is five times mini's weight",
    "shared/a.ts",
    'import * as z from "zod";',
    "shared/a.ts:1 imports the package zod, which shared may not",
  ],
  [
    "the rules do no I/O",
    "server/core/a.ts",
    'import { readFile } from "node:fs/promises";',
    "server/core/a.ts:1 imports the package node:fs/promises, which core may not",
  ],
  [
    "the tracker reads no clock",
    "server/tracker/a.ts",
    "export const a = Date.now();",
    "server/tracker/a.ts:1 uses Date.now(): time is handed to tracker; take a now or a Clock",
  ],
  [
    "nor by way of a date",
    "server/live/a.ts",
    "export const a = new Date();",
    "server/live/a.ts:1 uses new Date(): time is handed to live; take a now or a Clock",
  ],
  [
    "nor does it set a timer",
    "server/tracker/a.ts",
    "setTimeout(() => {}, 5);",
    "server/tracker/a.ts:1 uses setTimeout(): time is handed to tracker; take a now or a Clock",
  ],
  ["a new folder needs a room", "lib/a.ts", "", "lib/a.ts is in no room: give it one in tests/architecture/house.ts"],
];

for (const [why, path, source, fault] of FORBIDDEN) {
  Deno.test(`forbidden: ${why}`, () => assertEquals(faults(path, source), [fault]));
}

Deno.test("allowed: what the table names, a date of something, and words in a comment", () => {
  const source = [
    'import type { Clock } from "../core/clock.ts";',
    'import type { Ledger } from "../ledger/ledger.ts";',
    "// Date.now() is banned here.",
    "export const a = new Date(0);",
  ];
  assertEquals(faults("server/tracker/a.ts", source.join("\n")), []);
});
