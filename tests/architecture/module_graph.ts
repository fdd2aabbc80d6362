/** The imports between the given files. */
import { dirname } from "deno-std/path/posix/dirname.js";
import { join } from "deno-std/path/posix/join.js";
import { readSource, type SourceFacts } from "./read_source.ts";
import type { Source } from "./sources.ts";

/** One file with its facts. */
export interface Module extends Source, SourceFacts {}

/** Reads all sources. */
export function readModules(sources: readonly Source[]): Module[] {
  return sources.map((source) => ({ ...source, ...readSource(source.path, source.text) }));
}

/** The path from the project's folder that a relative specifier names; `null` for a package. */
export function targetOf(path: string, from: string): string | null {
  return from.startsWith(".") ? join(dirname(path), from.replace(/\?.*$/, "")) : null;
}

/**
 * The circles of imports, imports of types included: groups of files of which each reaches every other.
 *
 * @returns each circle's paths in the order of the alphabet.
 */
export function circles(modules: readonly Module[]): string[][] {
  const targets = new Map(modules.map(({ path, imports }) => [path, imports.map(({ from }) => targetOf(path, from))]));
  const reachable = new Map(modules.map(({ path }) => [path, reach(path, targets)]));
  const groups = modules.map(({ path }) =>
    [...reachable.get(path)!].filter((other) => reachable.get(other)?.has(path)).sort()
  );
  return [...new Map(groups.filter((group) => group.length > 0).map((group) => [group.join(), group])).values()].sort();
}

/** All files that one imports, directly or by way of others. It is among them when it is in a circle. */
function reach(path: string, targets: ReadonlyMap<string, (string | null)[]>): Set<string> {
  const found = new Set<string>();
  const waiting = [path];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const target of targets.get(next) ?? []) {
      if (target === null || found.has(target)) continue;
      found.add(target);
      waiting.push(target);
    }
  }
  return found;
}
