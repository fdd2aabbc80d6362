import { assert, assertEquals } from "../support/assert.ts";
import { faults, roomOf, unusedEntries } from "./arrows.ts";
import { FREE_FILES, ROOMS } from "./house.ts";
import { circles, readModules } from "./module_graph.ts";
import { productSources } from "./sources.ts";

const product = readModules(await productSources());
const read = (path: string, text: string) => readModules([{ path, text }]);

Deno.test("no file imports what its room may not", () => {
  assert(product.length > 50, `only ${product.length} source files were found`);
  assertEquals(product.flatMap(faults), []);
});

Deno.test("every entry of the table is used: no room without files, no room or package that is not imported", () => {
  assertEquals(unusedEntries(product), []);
  const targets = product.flatMap(({ imports }) => imports.map(({ from }) => from));
  assertEquals(FREE_FILES.filter((path) => !targets.some((from) => from.endsWith(path))), []);
});

Deno.test("every room that the table names exists, and rooms import each other in no circle", () => {
  const byName = new Map(ROOMS.map((room) => [room.name, room]));
  const follow = (name: string, way: string[]): void => {
    const room = byName.get(name);
    assert(room, `${way.at(-1)} may import ${name}, which is no room`);
    assert(!way.includes(name), `a circle: ${[...way, name].join(" → ")}`);
    for (const next of room.rooms) follow(next, [...way, name]);
  };
  for (const { name } of ROOMS) follow(name, []);
});

Deno.test("no files import each other in a circle, types included", () => {
  assertEquals(circles(product), []);
});

Deno.test("a circle of any length is found, and a file that only leads to one is not in it", () => {
  const files = {
    "core/a.ts": 'import { b } from "./b.ts";',
    "core/b.ts": 'export type { C } from "../live/c.ts";',
    "live/c.ts": 'let a: import("../core/a.ts").A;',
    "core/d.ts": 'import "./a.ts";',
    "core/e.ts": 'import { d } from "./d.ts";',
  };
  const modules = Object.entries(files).flatMap(([path, text]) => read(path, text));
  assertEquals(circles(modules), [["core/a.ts", "core/b.ts", "live/c.ts"]]);
});

Deno.test("the longest match decides the room", () => {
  assertEquals(roomOf("server/core/limits.ts")?.name, "core");
  assertEquals(roomOf("server/main.ts")?.name, "server");
  assertEquals(roomOf("elsewhere/main.ts"), undefined);
});

Deno.test("an unused entry is named with its room", () => {
  const found = unusedEntries(read("shared/a.ts", "export const a = 1;"));
  assertEquals(found.slice(0, 3), [
    "shared does not import the package zod/mini: delete the entry from tests/architecture/house.ts",
    "core has no file in server/core/: delete the entry from tests/architecture/house.ts",
    "core does not import shared: delete the entry from tests/architecture/house.ts",
  ]);
});

const FORBIDDEN: [name: string, path: string, source: string, fault: string][] = [
  [
    "the rules import the tracker",
    "server/core/a.ts",
    'import { Tracker } from "../tracker/tracker.ts";',
    "server/core/a.ts:1 imports server/tracker/tracker.ts: core may not import tracker",
  ],
  [
    "a type is imported",
    "server/attempts/a.ts",
    '\nimport type { Tracker } from "../tracker/tracker.ts";',
    "server/attempts/a.ts:2 imports server/tracker/tracker.ts: attempts may not import tracker",
  ],
  [
    "a whole module is exported again",
    "shared/a.ts",
    'export * from "../server/app.ts";',
    "shared/a.ts:1 imports server/app.ts: shared may not import server",
  ],
  [
    "a name is exported again",
    "shared/a.ts",
    'export { a } from "../server/app.ts";',
    "shared/a.ts:1 imports server/app.ts: shared may not import server",
  ],
  [
    "a dynamic import",
    "shared/ui/a.tsx",
    'const late = <p>{await import("../../server/app.ts")}</p>;',
    "shared/ui/a.tsx:1 imports server/app.ts: shared/ui may not import server",
  ],
  [
    "an import inside a type",
    "shared/ui/a.ts",
    'let a: import("../../extension/connection/machine.ts").Machine;',
    "shared/ui/a.ts:1 imports extension/connection/machine.ts: shared/ui may not import connection",
  ],
  [
    "full zod, five times as large as zod/mini",
    "shared/a.ts",
    'import * as z from "zod";',
    "shared/a.ts:1 imports the package zod, which shared may not",
  ],
  [
    "the rules do I/O",
    "server/core/a.ts",
    'import { readFile } from "node:fs/promises";',
    "server/core/a.ts:1 imports the package node:fs/promises, which core may not",
  ],
  [
    "the tracker reads the clock",
    "server/tracker/a.ts",
    "export const a = Date.now();",
    "server/tracker/a.ts:1 uses Date.now(): tracker gets its time as an argument or a Clock",
  ],
  [
    "the counters read the clock with a date",
    "server/live/a.ts",
    "export const a = new Date();",
    "server/live/a.ts:1 uses new Date(): live gets its time as an argument or a Clock",
  ],
  [
    "the tracker sets a timer",
    "server/tracker/a.ts",
    "setTimeout(() => {}, 5);",
    "server/tracker/a.ts:1 uses setTimeout(): tracker gets its time as an argument or a Clock",
  ],
  ["a new folder", "lib/a.ts", "", "lib/a.ts is in no room: add one to tests/architecture/house.ts"],
];

for (const [name, path, source, fault] of FORBIDDEN) {
  Deno.test(`forbidden: ${name}`, () => assertEquals(read(path, source).flatMap(faults), [fault]));
}

Deno.test("allowed: what the table names, a fixed date, and the words in a comment", () => {
  const source = [
    'import type { Clock } from "../core/clock.ts";',
    'import type { Ledger } from "../ledger/ledger.ts";',
    "// Date.now() is not allowed here.",
    "export const a = new Date(0);",
  ];
  assertEquals(read("server/tracker/a.ts", source.join("\n")).flatMap(faults), []);
});
