/**
 * The service as a package: its modules as JavaScript, because Deno reads no TypeScript in `node_modules`, and the
 * built extension.
 */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DASHBOARD, EXTENSION, ROOT } from "../lib/setup.mjs";
import { packModules } from "./service_modules.mjs";

/** The programs, and the worker that the ledger starts. */
const ENTRIES = [
  "server/main.ts",
  "server/command/main.ts",
  "server/ledger/sqlite/worker.ts",
  "server/ledger/sqlite/history/long_reads_worker.ts",
];

/** The launcher and its modules, for Node. */
const LAUNCHER = "tools/quota_gauge.mjs";
const LAUNCHER_PARTS = ["child", "command_line", "deno", "node_version", "service"].map((name) =>
  `tools/lib/${name}.mjs`
);

/** Path in the package → its source. */
const COPIES = {
  "README.md": join(ROOT, "docs", "service.md"),
  LICENSE: join(ROOT, "LICENSE"),
  "CHANGELOG.md": join(ROOT, "CHANGELOG.md"),
  "docs/ops": join(ROOT, "docs", "ops"),
  dashboard: DASHBOARD,
  "extension/chromium": EXTENSION.chromium,
  "extension/firefox": EXTENSION.firefox,
  ...Object.fromEntries([LAUNCHER, ...LAUNCHER_PARTS].map((path) => [path, join(ROOT, path)])),
};

/** Packages that the modules do not import by a literal name: the runtime, and the tokenizer, which loads lazily. */
const BY_NAME = ["deno", "gpt-tokenizer"];

const PAGE = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE", "NOTICE"];

/**
 * @param {Record<string, any>} root the project's manifest. @param {string} folder
 * @returns {Promise<Record<string, any>>} the package's manifest.
 */
export async function packService(root, folder) {
  const packages = await packModules({ entries: ENTRIES, outDir: folder });
  for (const [path, source] of Object.entries(COPIES)) {
    cpSync(source, join(folder, path), { recursive: true, filter: (name) => !/_test\.\w+$/.test(name) });
  }
  packPage(folder);
  replaceIn(join(folder, "server/api/dashboard.js"), "../../.output/dashboard/", "../../dashboard/");
  writeFileSync(join(folder, "deno.json"), `${JSON.stringify(denoConfig(), null, 2)}\n`);
  const needed = [...packages, ...BY_NAME].sort();
  return serviceManifest(root, Object.fromEntries(needed.map((name) => [name, root.dependencies[name]])));
}

/** Copies the page of the API: its package would bring another that reports each installation to its maker. */
function packPage(folder) {
  replaceIn(join(folder, "server/api/docs.js"), "../../node_modules/swagger-ui-dist/", "../../swagger-ui/");
  for (const name of PAGE) cpSync(join(ROOT, "node_modules/swagger-ui-dist", name), join(folder, "swagger-ui", name));
}

/** In a package, files are not where they are in the project. @param {string} file @param {string} from @param {string} to */
function replaceIn(file, from, to) {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`Cannot pack ${file}: it does not name ${from}`);
  writeFileSync(file, text.replace(from, to));
}

/** How packages are found. The rest of the project's file concerns types, format and tests. */
function denoConfig() {
  const { nodeModulesDir, lock, imports } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
  return { nodeModulesDir, lock, imports };
}

function serviceManifest({ version, license, type, engines, description }, dependencies) {
  const files = [
    ...new Set([
      "server",
      "shared",
      "swagger-ui",
      "deno.json",
      ...Object.keys(COPIES).map((path) => path.split("/")[0]),
    ]),
  ];
  return {
    name: "quota-gauge",
    version,
    description,
    license,
    type,
    engines,
    bin: { "quota-gauge": LAUNCHER },
    files: files.sort(),
    dependencies,
  };
}
