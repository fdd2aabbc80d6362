/** The source files that the architecture tests look at. */
import { ROOT } from "../../tools/lib/setup.mjs";

const PRODUCT = ["shared", "server", "extension"];

/** One file, with its path from the project's folder. */
export interface Source {
  path: string;
  text: string;
}

/** Every TypeScript file of the product, or of the given folders. Tests are left out: they may import anything. */
export async function productSources(folders = PRODUCT): Promise<Source[]> {
  return (await allSources(folders)).filter(({ path }) => !/_test\.tsx?$/.test(path));
}

/** Every TypeScript file in the given folders, tests included. */
export async function allSources(folders: string[]): Promise<Source[]> {
  const sources: Source[] = [];
  for (const folder of folders) await collect(folder, sources);
  return sources;
}

async function collect(folder: string, into: Source[]): Promise<void> {
  for await (const entry of Deno.readDir(`${ROOT}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) await collect(path, into);
    else if (/\.tsx?$/.test(path)) into.push({ path, text: await Deno.readTextFile(`${ROOT}/${path}`) });
  }
}
