/** The `package.json` of the client. */

/** A program that uses the client has this package already, and both must use the same copy. */
const PEERS = { openai: "^7" };

/** The name of the package. */
export const CLIENT_NAME = "@quota-gauge/client";

/** The oldest Node, by major version, that the SDK supports. */
export const OLDEST_NODE = 22;

/**
 * @param {{ root: Record<string, any>, entries: Record<string, { code: string, types: string }>, imports: string[], files: string[] }} options
 *   `root`: the project's manifest; `imports`: packages that the code imports; `files`: files to publish.
 * @returns {Record<string, unknown>}
 */
export function clientManifest({ root, entries, imports, files }) {
  const exports = Object.entries(entries).map(([path, { code, types }]) => [
    path,
    { types: `./${types}`, default: `./${code}` },
  ]);
  const needed = dependencies(root, imports);
  return {
    name: CLIENT_NAME,
    version: root.version,
    description: "The official OpenAI client, with every call counted against your team's limits by Quota Gauge.",
    license: root.license,
    type: "module",
    engines: { node: `>=${OLDEST_NODE}` },
    sideEffects: false,
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
    types: `./${entries["."].types}`,
    files,
    peerDependencies: PEERS,
    ...(Object.keys(needed).length > 0 ? { dependencies: needed } : {}),
  };
}

/** @param {Record<string, any>} root @param {string[]} imports */
function dependencies(root, imports) {
  const needed = imports.filter((name) => !(name in PEERS) && !name.startsWith("node:"));
  return Object.fromEntries(needed.map((name) => {
    const version = root.dependencies[name];
    if (!version) throw new Error(`Cannot pack the client: it imports "${name}", which package.json does not list`);
    return [name, `^${version}`];
  }));
}
