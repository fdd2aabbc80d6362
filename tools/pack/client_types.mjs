/**
 * The client's declaration files, from Deno's compiler. Types of other rooms are spelled out in one file, so that the
 * package needs neither the server nor zod.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { run } from "../lib/child.mjs";
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
import { denoPath } from "../lib/setup.mjs";

/** The published rooms and the rooms that they import. */
const ROOMS = [...PUBLISHED, "shared", "server/core"];

const COMPILE_MS = 120_000;

/**
 * Writes the declaration files of the entries and of every file that they name.
 *
 * @param {{ root: string, entries: Record<string, string>, outDir: string }} options `entries`: import path → source
 *   from the root.
 */
export async function packTypes({ root, entries, outDir }) {
  // Outside the project: its packages contain Node's types, which conflict with Deno's.
  const stage = mkdtempSync(join(tmpdir(), "quota-gauge-pack-"));
  try {
    furnish(root, stage);
    const types = typesTaken(stage);
    writeFileSync(join(stage, "probe.ts"), probe(types));
    await compile(stage, [...Object.values(entries), "probe.ts"]);
    const files = publishedFiles(join(stage, "out"), entries, types);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(outDir, path)), { recursive: true });
      writeFileSync(join(outDir, path), text);
    }
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Copies the sources, and the files of packages that a type checker reads. */
function furnish(root, stage) {
  for (const room of ROOMS) {
    cpSync(join(root, room), join(stage, room), { recursive: true, filter: (path) => !/_test\.ts$/.test(path) });
  }
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const read = /\.d\.[cm]?ts$|\.cts$|[\\/]package\.json$|[\\/][^.\\/]+$/;
  const texts = ROOMS.flatMap((room) => sources(join(stage, room))).map((file) => readFileSync(file, "utf8"));
  const packages = Object.keys(dependencies).filter((name) =>
    texts.some((text) => text.includes(` "${name}"`) || text.includes(` "${name}/`))
  );
  for (const name of packages) {
    const from = join(root, "node_modules", name);
    cpSync(from, join(stage, "node_modules", name), {
      recursive: true,
      filter: (path) => path === from || read.test(path),
    });
  }
  const compilerOptions = { strict: true, noImplicitOverride: true, lib: ["deno.window", "deno.unstable"] };
  const pinned = Object.fromEntries(packages.map((name) => [name, dependencies[name]]));
  writeFileSync(join(stage, "package.json"), JSON.stringify({ dependencies: pinned }));
  writeFileSync(join(stage, "deno.json"), JSON.stringify({ nodeModulesDir: "manual", lock: false, compilerOptions }));
}

/** Type imported from another room → its file. */
function typesTaken(stage) {
  const taken = PUBLISHED.flatMap((room) => sources(join(stage, room))).flatMap((file) => {
    const path = relative(stage, file).replaceAll("\\", "/");
    return namesTaken({ path, text: readFileSync(file, "utf8") });
  });
  return new Map(taken.filter(({ type }) => type).map(({ name, from }) => [name, from]));
}

function sources(folder) {
  const inside = readdirSync(folder, { withFileTypes: true, recursive: true });
  return inside.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

async function compile(stage, files) {
  const args = ["transpile", "--quiet", "--declaration", "--outdir", "out", ...files];
  const env = { ...process.env, NO_COLOR: "1" };
  const { code, output } = await run(denoPath(), args, { cwd: stage, env, timeoutMs: COMPILE_MS });
  if (code !== 0) throw new Error(`Cannot write the client's types: Deno's compiler exited with ${code}\n${output}`);
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
