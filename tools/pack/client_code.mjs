/** The client's JavaScript: one file for each entry, with the project's code bundled and packages imported. */
import { build } from "vite";

/**
 * Bundles the entries into a folder.
 *
 * @param {{ root: string, entries: Record<string, string>, outDir: string }} options `entries`: path without extension in
 *   the package → source from the root.
 * @returns {Promise<string[]>} names of the packages that the code imports, sorted.
 */
export async function packCode({ root, entries, outDir }) {
  const result = await build({
    root,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: "error",
    // Newer than the target, but Deno requires them and every supported Node reads them.
    esbuild: { supported: { "import-attributes": true } },
    build: {
      outDir,
      emptyOutDir: false,
      target: "es2023",
      minify: false,
      lib: { entry: entries, formats: ["es"] },
      rollupOptions: {
        external: (id) => !/^[./\0]|^[a-z]:[\\/]/i.test(id),
        // The client uses none of the contract's zod schemas. Marking zod's calls as pure removes them and zod.
        treeshake: { manualPureFunctions: ["z"], moduleSideEffects: "no-external" },
        output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name].js", importAttributesKey: "with" },
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) => "output" in one ? one.output : []);
  const files = new Set(outputs.map(({ fileName }) => fileName));
  const imports = outputs.flatMap((file) => file.type === "chunk" ? [...file.imports, ...file.dynamicImports] : []);
  return [...new Set(imports.filter((id) => !files.has(id)).map(packageName))].sort();
}

/** @param {string} specifier `openai/azure` is in `openai`, `@a/b/c` in `@a/b`. */
function packageName(specifier) {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
