/** The lock file is what a clean machine installs from, whatever machine it was written on. */
import { assertEquals } from "../support/assert.ts";

interface Locked {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const read = async (path: string) => JSON.parse(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));
const packages: Record<string, Locked> = (await read("package-lock.json")).packages;

Deno.test("every optional package of every platform is locked: npm ci refuses a lock file that lacks one", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) =>
      !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]
    )
  );
  assertEquals(missing, []);
});

Deno.test("the lock file names no registry: each machine's own settings do", () => {
  assertEquals(Object.values(packages).filter(({ resolved }) => resolved).length, 0);
});

Deno.test("every direct dependency is pinned to one version", async () => {
  const { dependencies, devDependencies } = await read("package.json");
  const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(([, version]) =>
    !/^\d/.test(version)
  );
  assertEquals(loose, []);
});
