/** A user's project in which the packed client is installed. */
import { ROOT } from "../../tools/lib/setup.mjs";

export interface Manifest {
  name: string;
  version: string;
  exports: Record<string, unknown>;
  dependencies?: Record<string, string>;
  peerDependencies: Record<string, string>;
}

/** Exit code and output of a program. */
export interface ProgramResult {
  code: number;
  output: string;
}

/**
 * Creates the project in a folder: unpacks the client from its tarball, and links its dependencies from this project.
 *
 * @returns the client's manifest.
 */
export async function installClient(folder: string, tarball: string): Promise<Manifest> {
  const client = `${folder}/node_modules/@quota-gauge/client`;
  await Deno.mkdir(client, { recursive: true });
  await run("tar", ["xzf", tarball, "-C", client, "--strip-components=1"], folder);
  const manifest: Manifest = JSON.parse(await Deno.readTextFile(`${client}/package.json`));
  const needed = { ...manifest.dependencies, ...manifest.peerDependencies };
  for (const name of Object.keys(needed)) {
    await Deno.symlink(`${ROOT}/node_modules/${name}`, `${folder}/node_modules/${name}`);
  }
  const dependencies = { ...needed, [manifest.name]: manifest.version };
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ type: "module", dependencies }));
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ nodeModulesDir: "manual", lock: false }));
  return manifest;
}

/** Runs a command to its end without the environment of this process, except for paths. */
export async function run(command: string, args: string[], cwd: string, env = {}): Promise<ProgramResult> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd, ...environment(env) }).output();
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** An environment without the developer's own settings. */
export function environment(env: Record<string, string>): { clearEnv: true; env: Record<string, string> } {
  const kept = ["PATH", "HOME", "DENO_DIR", "TMPDIR"].map((name) => [name, Deno.env.get(name)]);
  return { clearEnv: true, env: { ...Object.fromEntries(kept.filter(([, value]) => value)), NO_COLOR: "1", ...env } };
}

/** Every file below a folder, as relative paths. */
export async function filesIn(folder: string, below = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    paths.push(...isDirectory ? await filesIn(folder, `${below}${name}/`) : [below + name]);
  }
  return paths;
}
