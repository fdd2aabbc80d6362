/** The monitor as a package: the hook for React and for Preact, and the element. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/setup.mjs";
import { buildElement, buildHook } from "./monitor_code.mjs";
import { monitorTypes } from "./monitor_types.mjs";
import { wordsBeside } from "./monitor_words.mjs";

/** Page in the package → its source. */
const PAGES = { "README.md": "docs/monitor.md", LICENSE: "LICENSE" };

/** Supported versions of the libraries. A page has one of them, or none. */
const PEERS = { preact: "^10.19.0 || ^11.0.0", react: "^18.0.0 || ^19.0.0" };

const HOOK_TYPES = `import type { UseQuotaMonitor } from "./types.js";
export * from "./types.js";

/** Follows the quota of a workspace while the component is mounted. */
export declare const useQuotaMonitor: UseQuotaMonitor;
`;

const ELEMENT_TYPES = `import type { View } from "./types.js";
export * from "./types.js";

/** The element \`<quota-gauge>\`. */
export interface QuotaGaugeElement extends HTMLElement {
  /** The view that is shown. */
  readonly view: View;
  /** Asks for current numbers. */
  refresh(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "quota-gauge": QuotaGaugeElement;
  }
}
`;

/**
 * @param {Record<string, any>} root the project's manifest. @param {string} folder
 * @returns {Promise<Record<string, any>>} the package's manifest.
 */
export async function packMonitor(root, folder) {
  const scripts = {
    "element.js": await buildElement(ROOT),
    "react.js": await buildHook(ROOT, "react"),
    "preact.js": await buildHook(ROOT, "preact/hooks"),
  };
  const files = {
    ...scripts,
    ...wordsBeside(Object.values(scripts)),
    "types.d.ts": await monitorTypes(ROOT),
    "element.d.ts": ELEMENT_TYPES,
    "react.d.ts": HOOK_TYPES,
    "preact.d.ts": HOOK_TYPES,
  };
  mkdirSync(join(folder, "words"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  for (const [page, source] of Object.entries(PAGES)) copyFileSync(join(ROOT, source), join(folder, page));
  const entry = (name) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  return {
    name: "@quota-gauge/monitor",
    version: root.version,
    description: "How much OpenAI quota is left, in a team's own pages: a hook and an element for Quota Gauge.",
    license: root.license,
    type: "module",
    sideEffects: ["./element.js"],
    exports: {
      ".": entry("element"),
      "./react": entry("react"),
      "./preact": entry("preact"),
      "./element.js": "./element.js",
      "./words/*": "./words/*",
      "./package.json": "./package.json",
    },
    types: "./element.d.ts",
    files: Object.keys(files),
    peerDependencies: PEERS,
    peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
  };
}
