/** The texts of other languages that the monitor shows, one module a language. */
import { parseAst } from "vite";
import { catalogLanguages, readCatalog } from "../lib/words.mjs";

/**
 * The file of each language next to the scripts, with the texts that they name and no others.
 *
 * @param {string[]} scripts the code of the element and of the hooks.
 * @returns {Record<string, string>} path → code.
 */
export function wordsBeside(scripts) {
  const said = new Set(scripts.flatMap((code) => textsIn(parseAst(code))));
  return Object.fromEntries(
    catalogLanguages().map((language) => {
      const words = Object.entries(readCatalog(language)).filter(([english]) => said.has(english));
      return [`words/${language}.js`, `export default ${JSON.stringify(Object.fromEntries(words))};\n`];
    }),
  );
}

/** The string literals below a node of a syntax tree. @param {unknown} node @returns {string[]} */
function textsIn(node) {
  if (typeof node === "string") return [node];
  return typeof node === "object" && node !== null ? Object.values(node).flatMap(textsIn) : [];
}
