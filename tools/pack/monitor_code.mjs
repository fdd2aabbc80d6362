/** The monitor's JavaScript: each file holds the project's code, and imports nothing but the hooks of its library. */
import { join } from "node:path";
import { build } from "vite";

/** The room of the sources. */
const HOME = "extension/monitor";

/**
 * The element as a classic script, minified: one script tag is enough.
 *
 * @param {string} root the project's folder.
 */
export function buildElement(root) {
  return bundle(root, `${HOME}/element.tsx`, { format: "iife", minify: true });
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
    plugins: [hooksFrom(hooks)],
    resolve: {
      alias: [
        { find: "zod/mini", replacement: join(root, HOME, "small_zod.ts") },
        { find: /^preact(\/jsx-runtime)?$/, replacement: join(root, HOME, "small_preact.ts") },
      ],
    },
    esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
    build: {
      write: false,
      target: "es2023",
      minify,
      lib: { entry, formats: [format], name: "QuotaGauge" },
      // A part of a library that has no replacement is only a warning, and would fail in the page.
      rollupOptions: {
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

/** @param {string | undefined} hooks */
function hooksFrom(hooks) {
  return {
    name: "hooks-from",
    enforce: /** @type {const} */ ("pre"),
    /** @param {string} id */
    resolveId: (id) => hooks && id === "preact/hooks" ? { id: hooks, external: true } : null,
  };
}
