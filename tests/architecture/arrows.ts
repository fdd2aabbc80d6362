/** Compares the imports of the product with the table in `house.ts`. */
import { FREE_FILES, type Room, ROOMS } from "./house.ts";
import { type Module, targetOf } from "./module_graph.ts";
import type { ClockUse, Import } from "./read_source.ts";

/** The room that a path belongs to: the one with the longest matching path. */
export function roomOf(path: string): Room | undefined {
  const length = (room: Room) =>
    Math.max(0, ...room.paths.filter((prefix) => path.startsWith(prefix)).map((prefix) => prefix.length));
  const [best] = [...ROOMS].sort((a, b) => length(b) - length(a));
  return length(best) > 0 ? best : undefined;
}

/** The faults of one file: a sentence for each import and each clock that its room does not allow. */
export function faults({ path, imports, clocks }: Module): string[] {
  const room = roomOf(path);
  if (!room) return [`${path} is in no room: add one to tests/architecture/house.ts`];
  return [
    ...imports.map((one) => [one.line, importFault(room, path, one)] as const),
    ...clocks.map((one) => [one.line, clockFault(room, one)] as const),
  ].flatMap(([line, fault]) => fault ? [`${path}:${line} ${fault}`] : []);
}

/** The parts of the table that the product does not use: a sentence for each. */
export function unusedEntries(modules: readonly Module[]): string[] {
  return ROOMS.flatMap((room) => {
    const own = modules.filter(({ path }) => roomOf(path) === room);
    const targets = own.flatMap(({ path, imports }) =>
      imports.map(({ from }) => targetOf(path, from) ?? `npm ${from}`)
    );
    const used = new Set(targets.map((target) => roomOf(target)?.name));
    return [
      ...room.paths.filter((prefix) => !own.some(({ path }) => path.startsWith(prefix))).map((prefix) =>
        `has no file in ${prefix}`
      ),
      ...room.rooms.filter((name) => !used.has(name)).map((name) => `does not import ${name}`),
      ...room.packages.filter((name) => !targets.some((target) => covers(name, target.replace("npm ", ""))))
        .map((name) => `does not import the package ${name}`),
    ].map((fault) => `${room.name} ${fault}: delete the entry from tests/architecture/house.ts`);
  });
}

function clockFault(room: Room, { what }: ClockUse): string | null {
  return room.timeless ? `uses ${what}: ${room.name} gets its time as an argument or a Clock` : null;
}

function importFault(room: Room, path: string, { from }: Import): string | null {
  const target = targetOf(path, from);
  if (target === null) {
    return room.packages.some((name) => covers(name, from))
      ? null
      : `imports the package ${from}, which ${room.name} may not`;
  }
  const other = roomOf(target);
  if (other === room || FREE_FILES.includes(target)) return null;
  if (!other) return `imports ${target}, which is in no room`;
  return room.rooms.includes(other.name) ? null : `imports ${target}: ${room.name} may not import ${other.name}`;
}

/** `a` covers `a/b`; `a/b` covers no other part of `a`. */
function covers(name: string, imported: string): boolean {
  return imported === name || imported.startsWith(`${name}/`);
}
