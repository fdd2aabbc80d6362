/**
 * The client's declaration files, from Deno's compiler. Types of other rooms are spelled out in one file, so that the
 * package needs neither the server nor zod.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import {
  contract,
  docComment,
  filesNamed,
  HOME,
  namesTaken,
  probe,
  PUBLISHED,
  published,
} from "./client_declaration.mjs";
import { compile, sources, withTypeStage } from "./type_stage.mjs";

/** The published rooms and the rooms that they import. */
const ROOMS = [...PUBLISHED, "shared", "server/core"];

/**
 * Writes the declaration files of the entries and of every file that they name.
 *
 * @param {{ root: string, entries: Record<string, string>, outDir: string }} options `entries`: import path → source
 *   from the root.
 */
export async function packTypes({ root, entries, outDir }) {
  await withTypeStage(root, ROOMS, async (stage) => {
    const types = typesTaken(stage);
    writeFileSync(join(stage, "probe.ts"), probe(types));
    await compile(stage, [...Object.values(entries), "probe.ts"]);
    const files = publishedFiles(join(stage, "out"), entries, types);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(outDir, path)), { recursive: true });
      writeFileSync(join(outDir, path), text);
    }
  });
}

/** Type imported from another room → its file. */
function typesTaken(stage) {
  const taken = PUBLISHED.flatMap((room) => sources(join(stage, room))).flatMap((file) => {
    const path = relative(stage, file).replaceAll("\\", "/");
    return namesTaken({ path, text: readFileSync(file, "utf8") });
  });
  return new Map(taken.filter(({ type }) => type).map(({ name, from }) => [name, from]));
}

/** The published declaration files: path in the package → text. */
function publishedFiles(out, entries, types) {
  const read = (source) => readFileSync(join(out, source.replace(/\.ts$/, ".d.ts")), "utf8");
  /** @type {Map<string, string>} */
  const files = new Map();
  /** @type {Set<string>} */
  const named = new Set();
  for (const [specifier, entry] of Object.entries(entries)) {
    const waiting = [entry];
    for (const path of waiting) {
      const name = relative(HOME, path).replaceAll("\\", "/").replace(/\.ts$/, ".d.ts");
      if (files.has(name)) continue;
      const file = { path, text: read(path) };
      const taken = namesTaken(file);
      const lost = taken.find(({ name, from }) => types.get(name) !== from);
      if (lost) throw new Error(`Cannot publish the types of ${path}: they name ${lost.name} of ${lost.from}`);
      taken.forEach(({ name }) => named.add(name));
      files.set(name, published(file, specifier));
      waiting.push(...filesNamed(file));
    }
  }
  const docOf = (name) => docComment(read(types.get(name)), name);
  return files.set("contract.d.ts", contract(readFileSync(join(out, "probe.d.ts"), "utf8"), named, docOf));
}
