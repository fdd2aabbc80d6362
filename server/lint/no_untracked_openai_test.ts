import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { LINTERS } from "./linters_test.ts";
import type { LintOptions } from "./options.ts";

const RULE = "no-untracked-openai";

type Invalid = [source: string, said: string, options?: LintOptions];
type Valid = [source: string, options?: LintOptions, file?: string];

/** Sources, each with the beginning of its message after "This ". */
const INVALID: Record<"ts" | "js", Invalid[]> = {
  js: [
    // Imports.
    ['import OpenAI from "openai";', 'import of "openai" (default) '],
    ['import Client from "openai";', 'import of "openai" (default) '],
    ['import { OpenAI } from "openai";', 'import of "openai" (OpenAI) '],
    ['import { OpenAI as Client } from "openai";', 'import of "openai" (OpenAI) '],
    ['import { default as Client } from "openai";', 'import of "openai" (default) '],
    ['import { "OpenAI" as Client } from "openai";', 'import of "openai" (OpenAI) '],
    ['import { AzureOpenAI, BedrockOpenAI } from "openai";', 'import of "openai" (AzureOpenAI, BedrockOpenAI) '],
    ['import { APIError, OpenAI } from "openai";', 'import of "openai" (OpenAI) '],
    ['import OpenAI, { APIError } from "openai";', 'import of "openai" (default) '],
    ['import OpenAI, * as all from "openai";', 'import of "openai" (default) '],
    ['import * as openai from "openai";', 'import of "openai" gives '],
    ['import "openai";', 'import of "openai" gives '],
    ['import {} from "openai";', 'import of "openai" gives '],
    ['import { SomeLaterClient } from "openai";', 'import of "openai" (SomeLaterClient) '],
    // Parts of the package.
    ['import { OpenAI } from "openai/index.mjs";', 'import of "openai/index.mjs" (OpenAI) '],
    ['import { OpenAI } from "openai/client";', 'import of "openai/client" (OpenAI) '],
    ['import { AzureOpenAI } from "openai/azure";', 'import of "openai/azure" (AzureOpenAI) '],
    ['import { bedrock } from "openai/providers/bedrock";', 'import of "openai/providers/bedrock" (bedrock) '],
    [
      'import { OpenAIRealtimeWS } from "openai/realtime/ws";',
      'import of "openai/realtime/ws" (OpenAIRealtimeWS) ',
    ],
    [
      'import { OpenAIRealtimeWebSocket } from "openai/beta/realtime/websocket";',
      'import of "openai/beta/realtime/websocket" (OpenAIRealtimeWebSocket) ',
    ],
    [
      'import { ResponsesWS } from "openai/resources/responses/ws";',
      'import of "openai/resources/responses/ws" (ResponsesWS) ',
    ],
    ['import { LiveWS } from "openai/resources/live/ws";', 'import of "openai/resources/live/ws" (LiveWS) '],
    [
      'import { OpenAIRealtimeTranslationWS } from "openai/realtime/translations/ws";',
      'import of "openai/realtime/translations/ws" (OpenAIRealtimeTranslationWS) ',
    ],
    // Other names of the same package.
    ['import OpenAI from "npm:openai";', 'import of "npm:openai" (default) '],
    ['import OpenAI from "npm:/openai@^7.57.0";', 'import of "npm:/openai@^7.57.0" (default) '],
    ['import OpenAI from "jsr:@openai/openai@4";', 'import of "jsr:@openai/openai@4" (default) '],
    ['import OpenAI from "https://esm.sh/openai@4.20.1?target=es2022";', 'import of "https://esm.sh/openai@4.20.1'],
    ['import OpenAI from "https://deno.land/x/openai@v4.69.0/mod.ts";', 'import of "https://deno.land/x/openai@v4'],
    [
      'import OpenAI from "../node_modules/openai/index.mjs";',
      'import of "../node_modules/openai/index.mjs" (default) ',
    ],
    // Dynamic imports.
    ['await import("openai");', 'dynamic import of "openai" gives '],
    ["const all = await import(`openai`);", 'dynamic import of "openai" gives '],
    ['const { OpenAI } = await import("openai");', 'dynamic import of "openai" (OpenAI) '],
    ['const { default: Client, APIError } = await import("openai");', 'dynamic import of "openai" (default) '],
    ['const { APIError, ...rest } = await import("openai");', 'dynamic import of "openai" gives '],
    ['const { [name]: Client } = await import("openai");', 'dynamic import of "openai" gives '],
    ['const a = (await import("openai")).OpenAI;', 'dynamic import of "openai" (OpenAI) '],
    ['import("openai").then((all) => new all.OpenAI());', 'dynamic import of "openai" gives '],
    ['const { APIError } = import("openai");', 'dynamic import of "openai" gives '],
    ['await import("npm:" + "openai");', 'dynamic import of "npm:openai" gives '],
    ['const SDK = "openai"; await import(SDK);', 'dynamic import of "openai" gives '],
    ['const at = "7"; await import(`npm:openai@${at}`);', 'dynamic import of "npm:openai@7" gives '],
    // require.
    ['const OpenAI = require("openai");', 'require of "openai" gives '],
    ["const OpenAI = require(`openai`);", 'require of "openai" gives '],
    ['require("openai");', 'require of "openai" gives '],
    ['require?.("openai");', 'require of "openai" gives '],
    ['(0, require)("openai");', 'require of "openai" gives '],
    ['module.require("openai");', 'require of "openai" gives '],
    ['const { OpenAI, APIError } = require("openai");', 'require of "openai" (OpenAI) '],
    ['let OpenAI; ({ OpenAI } = require("openai"));', 'require of "openai" (OpenAI) '],
    ['const Client = require("openai").default;', 'require of "openai" (default) '],
    ['const Client = require("openai")["OpenAI"];', 'require of "openai" (OpenAI) '],
    ['cache[require("openai")];', 'require of "openai" gives '],
    ['cache[require("openai")];', 'require of "openai" gives '],
    ['const Client = require("openai")[name];', 'require of "openai" gives '],
    ["define(function (require) { require('openai'); });", 'require of "openai" gives '],
    [
      'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); require("openai");',
      'require of "openai" gives ',
    ],
    [
      'import { createRequire as make } from "module"; const load = make(import.meta.url); load("openai");',
      'require of "openai" gives ',
    ],
    [
      'import module from "node:module"; module.createRequire(import.meta.url)("openai");',
      'require of "openai" gives ',
    ],
    ["const load = require; function later() { return load('openai'); }", 'require of "openai" gives '],
    // Re-exports.
    ['export * from "openai";', 're-export of "openai" gives '],
    ['export * as openai from "openai";', 're-export of "openai" gives '],
    ['export { OpenAI } from "openai";', 're-export of "openai" (OpenAI) '],
    ['export { APIError, OpenAI as Client } from "openai";', 're-export of "openai" (OpenAI) '],
    ['export { default } from "openai";', 're-export of "openai" (default) '],
    // More packages.
    [
      'import { createOpenAI } from "@ai-sdk/openai";',
      'import of "@ai-sdk/openai" (createOpenAI) ',
      { packages: ["@ai-sdk/openai"] },
    ],
    [
      'import { ChatOpenAI } from "npm:@langchain/openai@1";',
      'import of "npm:@langchain/openai@1" (ChatOpenAI) ',
      { packages: ["npm:@langchain/openai"] },
    ],
    ['import { APIError } from "#sdk";', 'import of "#sdk" (APIError) ', { packages: ["#sdk"] }],
    ['import OpenAI from "openai";', 'import of "openai" (default) ', { allow: ["src/elsewhere.ts"] }],
  ],
  ts: [
    ['import OpenAI, { type ClientOptions } from "openai";', 'import of "openai" (default) '],
    ['import { type ChatModel, OpenAI } from "openai";', 'import of "openai" (OpenAI) '],
    ['import OpenAI = require("openai");', 'require of "openai" gives '],
    ['export import OpenAI = require("openai");', 'require of "openai" gives '],
    ['const { OpenAI } = require("openai") as typeof import("openai");', 'require of "openai" (OpenAI) '],
    ['const { OpenAI } = (await import("openai" as string))!;', 'dynamic import of "openai" (OpenAI) '],
    ['export { type ClientOptions, OpenAI } from "openai";', 're-export of "openai" (OpenAI) '],
    ['(require as NodeRequire)("openai");', 'require of "openai" gives '],
  ],
};

const VALID: Record<"ts" | "js", Valid[]> = {
  js: [
    [""],
    ['import { APIError, RateLimitError as Limited, toFile } from "openai";'],
    ['import { zodResponseFormat } from "openai/helpers/zod";'],
    ['import * as errors from "openai/error";'],
    ['import { toFile } from "openai/uploads.mjs";'],
    ['import { Stream } from "npm:openai@7/streaming";'],
    ['import "openai/shims/node";'],
    ['import { getOpenAIClient, QuotaTrackedRealtimeWebSocket } from "@quota-gauge/client";'],
    ['import { QuotaTrackedResponsesWS } from "@quota-gauge/client/ws";'],
    ['import { Completions } from "openai/resources/chat/completions";'],
    ['import meta from "openai/package.json" with { type: "json" };'],
    ['export { APIError } from "openai";'],
    ['export * from "openai/error";'],
    ['const { APIError, "toFile": make } = await import("openai");'],
    ['const { APIError } = require("openai");'],
    ['const Limited = require("openai").RateLimitError;'],
    ['const {} = require("openai");'],
    ['import OpenAI from "./openai.ts";'],
    ['import OpenAI from "/openai";'],
    ['import { getOpenAIClient } from "@quota-gauge/client";'],
    ['import openai from "openai-edge"; import more from "@acme/openai"; import mine from "jsr:@acme/openai";'],
    ['import a from "https://example.com/openai/index.js"; import b from "https://deno.land/std/openai/mod.ts";'],
    ['import { createOpenAI } from "@ai-sdk/openai";'],
    ['// import OpenAI from "openai";\n/* require("openai") */'],
    ['const text = \'import OpenAI from "openai"\'; console.log("openai", `openai`);'],
    ['import.meta.resolve("openai"); require.resolve("openai"); mock("openai"); t.require("openai");'],
    ["import(name); require(name); require(); import(`openai-${name}`); import('openai' + name);"],
    ['let sdk = "openai"; await import(sdk);'],
    ['function require(name) {} require("openai");'],
    ['import { require } from "./load.js"; require("openai");'],
    ["const client = tracked.withOptions({ timeout: 5 }); export { client };"],
    ["const a = b, b = a; a('openai'); const c = c; import(c);"],
    // Allowed files.
    ['import OpenAI from "openai";', { allow: ["src/openai.ts"] }, "/home/me/shop/src/openai.ts"],
    ['export * from "openai";', { allow: ["**/testing/**"] }, "C:\\shop\\testing\\deep\\mock.js"],
    ['require("openai");', { allow: ["*.{test,spec}.js"] }, "/shop/a.spec.js"],
  ],
  ts: [
    ['import type OpenAI from "openai";'],
    ['import type { OpenAI, ClientOptions } from "openai";'],
    ['import type * as openai from "openai";'],
    ['import { type ChatCompletion } from "openai";'],
    ['import { APIError, type OpenAI } from "openai";'],
    ['import type OpenAI = require("openai");'],
    ['export type { OpenAI } from "openai";'],
    ['export type * from "openai";'],
    ['export { type OpenAI } from "openai";'],
    ['let sdk: typeof import("openai"); let client: import("openai").OpenAI;'],
    ['declare module "openai" { interface More {} }'],
    ["import Short = Some.Long.Name;"],
    ['import { ClientOptions } from "openai";'],
    ['import OpenAI from "openai"; export declare const client: OpenAI;', {}, "types.d.ts"],
  ],
};

for (const language of ["js", "ts"] as const) {
  for (const [name, lint] of Object.entries(LINTERS[language])) {
    Deno.test(`${name} reports every kind of import in ${language}`, () => {
      for (const [source, said, options] of INVALID[language]) {
        const messages = lint(RULE, `/shop/src/order.${language}`, source, options);
        assertEquals(messages.map((text) => text.startsWith(`This ${said}`) ? said : text), [said], source);
      }
    });

    Deno.test(`${name} reports nothing else in ${language}`, () => {
      for (const [source, options, file = `/shop/src/order.${language}`] of VALID[language]) {
        assertEquals(lint(RULE, file, source, options), [], source);
      }
    });
  }
}

Deno.test("each statement is reported exactly once", () => {
  const source = 'import OpenAI, { AzureOpenAI } from "openai";\nexport * from "openai";\nrequire("openai");';
  for (const lint of Object.values(LINTERS.js)) assertEquals(lint(RULE, "a.js", source).length, 3);
});

Deno.test("an import in a file with JSX is reported", () => {
  const source = 'export const late = <p>{await import("openai")}</p>;';
  for (const lint of Object.values(LINTERS.ts)) assertEquals(lint(RULE, "a.tsx", source).length, 1);
});

Deno.test("the message names the remedy and the module in the option client", () => {
  for (const lint of Object.values(LINTERS.js)) {
    const source = 'import OpenAI from "openai";';
    const [message] = lint(RULE, "a.js", source);
    const [own] = lint(RULE, "a.js", source, { client: "@acme/openai" });
    assertStringIncludes(message, 'Use getOpenAIClient(workspace) or QuotaTrackedOpenAI from "@quota-gauge/client";');
    assertStringIncludes(own, 'QuotaTrackedOpenAI from "@acme/openai";');
  }
});
