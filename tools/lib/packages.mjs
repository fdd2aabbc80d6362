/** Whether `node_modules` has the packages of `package-lock.json`. */

/**
 * Compares a lock file with npm's record of the installed packages. npm writes that record
 * (`node_modules/.package-lock.json`) last, so an interrupted install has none. Only the lock file lists packages for
 * other platforms; those may be missing.
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
 * The error code and the explaining line of npm's output.
 *
 * @param {string} output
 * @returns {string}
 */
export function npmFault(output) {
  const lines = [...output.matchAll(/^npm (?:error|ERR!)\s+(.+)$/gm)].map((match) => match[1].trim());
  const reasons = lines.filter((line) => !/^(A complete log|\/|errno|syscall|network (?!request))/.test(line));
  return reasons.slice(0, 2).join(": ") || output.trim().split("\n").at(-1) || "npm printed nothing";
}
