/** The texts of each language as the extension's build needs them, from `shared/words`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../shared/words/", import.meta.url));

/** Folders of `shared/words`; the English texts have notes in place of translations. */
const ENGLISH = "english";

/** @typedef {Record<string, string | Record<string, string>>} Catalog a text's English → the text, or its plural forms. */

/** @returns {string[]} the codes of the languages that have a catalog. English has none. */
export function catalogLanguages() {
  return readdirSync(FOLDER).filter((name) => name !== ENGLISH && existsSync(join(FOLDER, name, "status.json")));
}

/**
 * All areas of a language in one.
 *
 * @param {string} language its code, or `english` for the notes.
 * @returns {Catalog}
 */
export function readCatalog(language) {
  const areas = readAreas(language);
  return Object.assign({}, ...Object.values(areas));
}

/** @param {string} language @returns {Record<string, Catalog>} the name of an area → its texts. */
export function readAreas(language) {
  const folder = join(FOLDER, language);
  const files = readdirSync(folder).toSorted();
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(join(folder, file), "utf8"));
  return Object.fromEntries(files.map((file) => [file.replace(/\.json$/, ""), read(file)]));
}

/** @param {string} language @returns {string} the file that the extension loads: all texts but those of browser and dashboard. */
export function wordsText(language) {
  return textOf(language, (area) => area !== "extension" && !area.startsWith("dashboard"));
}

/** Areas whose texts the dashboard shares with the extension. */
const SHARED_AREAS = ["connection", "form", "meters", "status", "time"];

/** @param {string} language @returns {string} the file that the dashboard loads. */
export function dashboardWords(language) {
  return textOf(language, (area) => area.startsWith("dashboard") || SHARED_AREAS.includes(area));
}

/** @param {string} language @param {(area: string) => boolean} isWanted @returns {string} */
function textOf(language, isWanted) {
  const areas = Object.entries(readAreas(language)).filter(([area]) => isWanted(area));
  return JSON.stringify(Object.assign({}, ...areas.map(([, texts]) => texts)));
}

/**
 * What browsers and stores read: the extension's name and description.
 *
 * @param {string} language its code, or `english`.
 * @returns {string} the text of `_locales/…/messages.json`.
 */
export function localeText(language) {
  const entries = Object.entries(readAreas(language).extension);
  const [name, description] = entries.map(([english, text]) => language === ENGLISH ? english : text);
  return `${JSON.stringify({ name: { message: name }, description: { message: description } }, null, 2)}\n`;
}
