/** Holding sources against the import table. */
import { dirname } from "deno-std/path/posix/dirname.js";
import { join } from "deno-std/path/posix/join.js";
import { FREE_FILES, type Room, ROOMS } from "./house.ts";
import { type Reach, reaches } from "./read_source.ts";

/** The room that a path is in; the longest match decides. */
export function roomOf(path: string): Room | undefined {
  const length = (room: Room) =>
    Math.max(0, ...room.paths.filter((prefix) => path.startsWith(prefix)).map((prefix) => prefix.length));
  const [best] = [...ROOMS].sort((a, b) => length(b) - length(a));
  return length(best) > 0 ? best : undefined;
}

/**
 * What is wrong in one file: a sentence for each reach that its room does not allow.
 *
 * @param path from the project's folder, with forward slashes.
 */
export function faults(path: string, source: string): string[] {
  const room = roomOf(path);
  if (!room) return [`${path} is in no room: give it one in tests/architecture/house.ts`];
  return reaches(path, source).flatMap((reach) => {
    const fault = reach.kind === "time" ? timeFault(room, reach) : importFault(room, path, reach);
    return fault ? [`${path}:${reach.line} ${fault}`] : [];
  });
}

function timeFault(room: Room, { what }: Reach): string | null {
  return room.timeless ? `uses ${what}: time is handed to ${room.name}; take a now or a Clock` : null;
}

function importFault(room: Room, path: string, { what }: Reach): string | null {
  if (!what.startsWith(".")) {
    const allowed = room.packages.some((name) => what === name || what.startsWith(`${name}/`));
    return allowed ? null : `imports the package ${what}, which ${room.name} may not`;
  }
  const target = join(dirname(path), what.replace(/\?.*$/, ""));
  const other = roomOf(target);
  if (other === room || FREE_FILES.includes(target)) return null;
  if (!other) return `imports ${target}, which is in no room`;
  return room.rooms.includes(other.name) ? null : `imports ${target}: ${room.name} may not use ${other.name}`;
}
