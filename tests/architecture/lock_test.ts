/** A lock file must install on every machine, whichever machine wrote it. */
import { API_LINTER, LINTER, PEERS } from "../../tools/lib/optional_packages.mjs";
import { assertEquals } from "../support/assert.ts";

interface Locked {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const read = async (path: string) => JSON.parse(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));

/** The project, and the packages that few commands need. */
for (const folder of ["", ...[PEERS, LINTER, API_LINTER].map(({ folder }) => `${folder}/`)]) {
  const packages: Record<string, Locked> = (await read(`${folder}package-lock.json`)).packages;
  const name = `${folder}package-lock.json`;

  Deno.test(`${name}: the optional packages of every platform are locked, because npm ci requires them`, () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) =>
        !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]
      )
    );
    assertEquals(missing, []);
  });

  Deno.test(`${name}: it names no registry: the settings of each machine do`, () => {
    assertEquals(Object.values(packages).filter(({ resolved }) => resolved).length, 0);
  });

  Deno.test(`${name}: every direct dependency is pinned to one version`, async () => {
    const { dependencies, devDependencies } = await read(`${folder}package.json`);
    const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(([, version]) =>
      !/^(npm:.+@)?\d/.test(version)
    );
    assertEquals(loose, []);
  });
}
