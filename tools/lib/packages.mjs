/** Whether `node_modules` holds what `package-lock.json` pins. */

/**
 * Compares a lock file with npm's record of what it installed. npm writes that record (`node_modules/.package-lock.json`)
 * as its last act, so an interrupted install has none, and an install by hand counts as well as ours. Packages for
 * other platforms are in the lock file alone; that is no fault.
 *
 * @param {{ packages: Record<string, Package> }} lock
 * @param {{ packages: Record<string, Package> } | null} installed null when there is no record.
 * @returns {string | null} the path of a package that is missing or differs; null when everything matches.
 *
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} Package
 */
export function differingPackage(lock, installed) {
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (path === "") continue;
    const there = installed?.packages[path];
    if (!there && wanted.optional) continue;
    if (there?.version !== wanted.version || there?.integrity !== wanted.integrity) return path;
  }
  return null;
}

/**
 * What went wrong, from npm's output: its error code and the line that explains it.
 *
 * @param {string} output
 * @returns {string}
 */
export function npmFault(output) {
  const lines = [...output.matchAll(/^npm (?:error|ERR!)\s+(.+)$/gm)].map((match) => match[1].trim());
  const said = lines.filter((line) => !/^(A complete log|\/|errno|syscall|network (?!request))/.test(line));
  return said.slice(0, 2).join(": ") || output.trim().split("\n").at(-1) || "npm said nothing";
}
