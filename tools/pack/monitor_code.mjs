/** The monitor's JavaScript: each file holds the project's code, and imports nothing but the hooks of its library. */
import { join } from "node:path";
import { minify } from "terser";
import { build } from "vite";
import { catalogLanguages } from "../lib/words.mjs";
import { wordsBeside } from "./monitor_words.mjs";

/** The room of the sources. */
const HOME = "extension/monitor";

/** Fields stay as they are, since every supported browser has them. */
const TSCONFIG = { compilerOptions: { useDefineForClassFields: true } };

/** After esbuild's own pass, it makes the element four hundredths smaller. */
const TERSER = { ecma: /** @type {const} */ (2020), toplevel: true, compress: { passes: 3, pure_getters: true } };

/**
 * The element as a classic script, minified: one script tag is enough.
 *
 * @param {string} root the project's folder.
 */
export async function buildElement(root) {
  const { code } = await minify(await bundle(root, `${HOME}/element.tsx`, { format: "iife", minify: true }), TERSER);
  return `${code}\n`;
}

/**
 * All files of a page that shows the element.
 *
 * @param {string} root the project's folder.
 * @returns {Promise<Record<string, string>>} path → code.
 */
export async function buildElementFiles(root) {
  const element = await buildElement(root);
  return { "element.js": element, ...wordsBeside([element]) };
}

/**
 * The hook as a module. Preact's and React's hooks have the same names, so only the import differs.
 *
 * @param {string} root @param {"react" | "preact/hooks"} hooks the module that the hooks are imported from.
 */
export function buildHook(root, hooks) {
  return bundle(root, `${HOME}/use_quota_monitor.ts`, { format: "es", minify: false, hooks });
}

/**
 * Bundles a file of the project, with the small replacements of zod and Preact.
 *
 * @param {string} root @param {string} entry
 * @param {{ format: "es" | "iife", minify: boolean, hooks?: string }} options
 * @returns {Promise<string>} the code.
 */
export async function bundle(root, entry, { format, minify, hooks }) {
  const result = await build({
    root,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: "error",
    plugins: [hooksFrom(hooks), WORDS_BESIDE, SMALL_SHEET, minify && WITHOUT_BUDGETS],
    resolve: {
      alias: [
        { find: "zod/mini", replacement: join(root, HOME, "small_zod.ts") },
        { find: /^preact(\/jsx-runtime)?$/, replacement: join(root, HOME, "small_preact.ts") },
      ],
    },
    esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none", tsconfigRaw: TSCONFIG },
    build: {
      write: false,
      target: "es2023",
      minify,
      lib: { entry, formats: [format], name: "QuotaGauge" },
      // A part of a library that has no replacement is only a warning, and would fail in the page.
      rollupOptions: {
        // A schema that no code reads is left out.
        treeshake: { preset: "smallest", manualPureFunctions: ["z"] },
        onwarn: (warning) => {
          throw new Error(warning.message);
        },
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) => "output" in one ? one.output : []);
  const [chunk, ...more] = outputs;
  if (chunk.type !== "chunk" || more.length > 0) throw new Error(`Cannot bundle ${entry}: it is not one file`);
  return chunk.code;
}

/** Each language's file by its name, next to the script. */
const WORDS_BESIDE = {
  name: "words-beside",
  enforce: /** @type {const} */ ("pre"),
  /** @param {string} id */
  resolveId: (id) => /^\.\/words\/\w+\.js$/.test(id) ? { id, external: true } : null,
  /** @param {string} id */
  load(id) {
    if (!id.endsWith(`/${HOME}/import_words.ts`)) return null;
    const files = catalogLanguages().map((language) => `${language}: () => import("./words/${language}.js")`);
    return `const FILES = { ${files} };\nexport const importWords = (language) => FILES[language]();`;
  },
};

/** The sheet's own properties with a letter for a name, and without the spaces that Vite leaves in their values. */
const SMALL_SHEET = {
  name: "small-sheet",
  enforce: /** @type {const} */ ("post"),
  /** @param {string} code @param {string} id */
  transform(code, id) {
    if (!id.endsWith(".css?inline")) return null;
    /** @type {string[]} */
    const names = [];
    const short = (/** @type {string} */ name) => {
      if (!names.includes(name)) names.push(name);
      return `--${(names.indexOf(name) + 10).toString(36)}`;
    };
    return code.replace(/--[a-z][a-z-]*/g, short).replace(/(?<=--\w:|,) /g, "");
  },
};

/** What the code needs of `budgets.ts` where a status has none. */
const NO_BUDGETS = `
export const orderedBudgets = () => [];
export const isCauseOf = () => false;
export const budgetShare = () => 0;
export const countsOf = () => ({});
export const phraseOf = () => "";
`;

const NO_BUDGET_SCHEMAS = `
import * as z from "zod/mini";
export const Budget = null;
export const BudgetScope = z.unknown();
`;

/**
 * The element has no room for budgets: it shows limits. A budget that is nearly or wholly spent is told in the service's
 * words.
 */
const WITHOUT_BUDGETS = {
  name: "without-budgets",
  enforce: /** @type {const} */ ("pre"),
  /** @param {string} id */
  load(id) {
    if (id.endsWith("/shared/ui/meters/Budgets.tsx")) return "export const Budgets = () => null;";
    if (id.endsWith("/shared/budgets/schema.ts")) return NO_BUDGET_SCHEMAS;
    return id.endsWith("/shared/ui/meters/budgets.ts") ? NO_BUDGETS : null;
  },
  /** @param {string} code @param {string} id */
  transform(code, id) {
    if (!id.endsWith("/shared/quota.ts")) return null;
    const without = code.replace("budgets: z.optional(z.array(Budget)),", "");
    if (without === code) throw new Error("Cannot leave budgets out of the element: the schema names them differently");
    return without;
  },
};

/** @param {string | undefined} hooks */
function hooksFrom(hooks) {
  return {
    name: "hooks-from",
    enforce: /** @type {const} */ ("pre"),
    /** @param {string} id */
    resolveId: (id) => hooks && id === "preact/hooks" ? { id: hooks, external: true } : null,
  };
}
