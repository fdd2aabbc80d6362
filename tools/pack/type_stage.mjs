/** A temporary folder in which Deno's compiler writes declaration files. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { run } from "../lib/child.mjs";
import { denoPath } from "../lib/setup.mjs";

const COMPILE_MS = 120_000;

/**
 * Runs `use` with a stage that holds some of the project's rooms, and deletes it afterwards. It is outside the project,
 * whose packages contain Node's types, which conflict with Deno's.
 *
 * @template T
 * @param {string} root @param {string[]} rooms @param {(stage: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withTypeStage(root, rooms, use) {
  const stage = mkdtempSync(join(tmpdir(), "quota-gauge-pack-"));
  try {
    furnish(root, stage, rooms);
    return await use(stage);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Copies the sources, and the files of packages that a type checker reads. */
function furnish(root, stage, rooms) {
  for (const room of rooms) {
    cpSync(join(root, room), join(stage, room), { recursive: true, filter: (path) => !/_test\.tsx?$/.test(path) });
  }
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const read = /\.d\.[cm]?ts$|\.cts$|[\\/]package\.json$|[\\/][^.\\/]+$/;
  const texts = rooms.flatMap((room) => sources(join(stage, room))).map((file) => readFileSync(file, "utf8"));
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

/** The TypeScript files below a folder. @param {string} folder */
export function sources(folder) {
  const inside = readdirSync(folder, { withFileTypes: true, recursive: true });
  return inside.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Writes the declaration files of some files of the stage to its folder `out`. @param {string} stage @param {string[]} files */
export async function compile(stage, files) {
  const args = ["transpile", "--quiet", "--declaration", "--outdir", "out", ...files];
  const env = { ...process.env, NO_COLOR: "1" };
  const { code, output } = await run(denoPath(), args, { cwd: stage, env, timeoutMs: COMPILE_MS });
  if (code !== 0) throw new Error(`Cannot write the package's types: Deno's compiler exited with ${code}\n${output}`);
}
