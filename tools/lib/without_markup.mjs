/**
 * Removes Preact's one assignment of markup (`dangerouslySetInnerHTML`), which no part of extension and dashboard uses: then
 * no code can insert a text as markup, and the linter of Firefox's store has nothing to warn of.
 *
 * @type {import("vite").Plugin}
 */
export const WITHOUT_MARKUP = {
  name: "preact-without-markup",
  transform(code, id) {
    if (!/\/preact\/dist\/preact\.m?js/.test(id)) return;
    const safe = code.replace(/\(\w+\.innerHTML=\w+\.__html\)/, "0");
    if (safe === code) this.error("Cannot remove the assignment to innerHTML: this Preact writes it differently");
    return { code: safe, map: null };
  },
};
