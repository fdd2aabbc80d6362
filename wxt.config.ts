/** The extension's build: one source, a Chromium and a Firefox build, both Manifest V3. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "wxt";
import { WITHOUT_MARKUP } from "./tools/lib/without_markup.mjs";
import { catalogLanguages, localeText, wordsText } from "./tools/lib/words.mjs";

/** Extension pages load only packed files. The policy is complete, since Firefox's default turns `ws:` into `wss:`. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self' http: https: ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Loopback needs no prompt; every other address is asked for in a click on the options page. */
const LOOPBACK = ["http://127.0.0.1/*", "http://localhost/*"];

const ICON_SIZES = [16, 32, 48, 128];
const ICONS = Object.fromEntries(ICON_SIZES.map((size) => [size, `icon/${size}.png`]));

export default defineConfig({
  srcDir: "extension",
  publicDir: "extension/public",
  outDir: ".output",
  manifestVersion: 3,
  imports: false,
  vite: () => ({
    plugins: [WITHOUT_MARKUP],
    // A worker starts faster with a tenth of the code.
    resolve: { alias: { "zod/mini": fileURLToPath(new URL("extension/monitor/small_zod.ts", import.meta.url)) } },
    esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
    build: {
      // Both minimum versions below speak all of it, so nothing is rewritten for older browsers.
      target: "es2023",
      // They know `modulepreload`, too.
      modulePreload: { polyfill: false },
      rollupOptions: {
        // A part of zod that has no replacement is only a warning, and would fail in the browser.
        onwarn: (warning, warn) => {
          if (warning.code === "MISSING_EXPORT") throw new Error(warning.message);
          warn(warning);
        },
      },
    },
  }),
  hooks: {
    "build:publicAssets"(_wxt, files) {
      files.push({ relativeDest: "_locales/en/messages.json", contents: localeText("english") });
      for (const language of catalogLanguages()) {
        // Browsers know simplified Chinese by this name.
        const locale = language === "zh" ? "zh_CN" : language;
        files.push({ relativeDest: `_locales/${locale}/messages.json`, contents: localeText(language) });
        files.push({ relativeDest: `words/${language}.json`, contents: wordsText(language) });
      }
    },
  },
  manifest: ({ browser }) => ({
    name: "__MSG_name__",
    description: "__MSG_description__",
    default_locale: "en",
    permissions: ["storage", "alarms", "scripting"],
    host_permissions: LOOPBACK,
    // Asked for in a click on the options page, to notify while no page shows the numbers.
    optional_permissions: ["notifications"],
    optional_host_permissions: ["http://*/*", "https://*/*"],
    icons: ICONS,
    action: { default_title: "Quota Gauge", default_icon: ICONS },
    commands: { "show-panel": { description: "Show the panel in the chat page again" } },
    content_security_policy: { extension_pages: CONTENT_SECURITY_POLICY },
    ...(browser === "firefox"
      ? {
        browser_specific_settings: {
          gecko: {
            id: "quota-gauge@extension.local",
            strict_min_version: "140.0",
            data_collection_permissions: { required: ["none"] },
          },
          // The first Firefox for Android that knows `data_collection_permissions`.
          gecko_android: { strict_min_version: "142.0" },
        },
      }
      : { minimum_chrome_version: "124", storage: { managed_schema: "managed_schema.json" } }),
  }),
});
