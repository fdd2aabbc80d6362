/** Selects tests by the arguments of `npm test`. */

/**
 * @typedef {object} Selection
 * @property {string[]} paths files and folders; empty for all of them.
 * @property {string} name a part of the test's name, in either case; empty for every name.
 */

/**
 * Sorts the arguments: existing files and folders are paths; the others together are a part of a name.
 *
 * @param {string[]} args
 * @param {(path: string) => boolean} exists
 * @returns {Selection}
 */
export function selection(args, exists) {
  return { paths: args.filter((arg) => exists(arg)), name: args.filter((arg) => !exists(arg)).join(" ") };
}

/**
 * Deno's arguments to run a selection. Doc examples run only with paths: their names are file names.
 *
 * @param {Selection} selection
 */
export function denoArguments({ paths, name }) {
  const filter = name ? [`--filter=/(?i)${escaped(name)}/`] : ["--doc"];
  return ["test", "--allow-all", "--no-check", "--permit-no-files", ...filter, ...paths];
}

/**
 * The sentence for a selection without a single test.
 *
 * @param {Selection} selection
 * @param {number} others how many tests have another name.
 */
export function nothingSelected({ paths, name }, others) {
  const where = paths.join(" and ");
  if (!name) return `No test was run: ${where} contains none.`;
  return `No test was run: none of the ${others} test names${where && ` in ${where}`} contains "${name}", ` +
    "and no file or folder has that path.";
}

/** @param {string} text @returns {string} a pattern that matches the text itself. */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
