/** The lock files are what a clean machine installs from, whatever machine they were written on. */
import { assertEquals } from "../support/assert.ts";

interface Locked {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const read = async (path: string) => JSON.parse(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));

/** The project itself, and the bench's peers. */
for (const folder of ["", "tests/bench/peers/"]) {
  const packages: Record<string, Locked> = (await read(`${folder}package-lock.json`)).packages;
  const name = `${folder}package-lock.json`;

  Deno.test(`${name}: every optional package of every platform is locked, for npm ci refuses a lock file that lacks one`, () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) =>
        !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]
      )
    );
    assertEquals(missing, []);
  });

  Deno.test(`${name}: it names no registry, which each machine's own settings do`, () => {
    assertEquals(Object.values(packages).filter(({ resolved }) => resolved).length, 0);
  });

  Deno.test(`${name}: every direct dependency is pinned to one version`, async () => {
    const { dependencies, devDependencies } = await read(`${folder}package.json`);
    const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(([, version]) =>
      !/^\d/.test(version)
    );
    assertEquals(loose, []);
  });
}
