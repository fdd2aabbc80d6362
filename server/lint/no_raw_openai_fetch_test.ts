import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { LINTERS } from "./linters_test.ts";
import type { LintOptions } from "./options.ts";

const RULE = "no-raw-openai-fetch";

type Invalid = [source: string, said: string, options?: LintOptions];

const INVALID: Invalid[] = [
  ['fetch("https://api.openai.com/v1/models");', "fetch() sends to api.openai.com "],
  ['await fetch("https://api.openai.com", { method: "POST" });', "fetch() sends to api.openai.com "],
  ["fetch(`https://api.openai.com/v1/${path}`);", "fetch() sends to api.openai.com "],
  ["fetch(`https://api.openai.com${path}`);", "fetch() sends to api.openai.com "],
  ['fetch("https://api.openai.com/v1/" + path + "?a=b");', "fetch() sends to api.openai.com "],
  ['fetch(" HTTPS://API.OpenAI.com.:443/v1");', "fetch() sends to api.openai.com "],
  ['fetch("//api.openai.com/v1");', "fetch() sends to api.openai.com "],
  ['fetch("https://me:secret@api.openai.com/v1");', "fetch() sends to api.openai.com "],
  ['fetch("https://eu.api.openai.com/v1");', "fetch() sends to eu.api.openai.com "],
  ['globalThis.fetch("https://api.openai.com/");', "fetch() sends to api.openai.com "],
  ['undici["fetch"]?.("https://api.openai.com/");', "fetch() sends to api.openai.com "],
  ['fetch(new URL("https://api.openai.com/v1/models"));', "fetch() sends to api.openai.com "],
  ['fetch(new URL("/v1/models", "https://api.openai.com"));', "fetch() sends to api.openai.com "],
  ["fetch(new URL(path, `https://api.openai.com`));", "fetch() sends to api.openai.com "],
  ['const BASE = "https://api.openai.com/v1"; fetch(`${BASE}/models`);', "fetch() sends to api.openai.com "],
  ['fetch(new Request("https://api.openai.com/"));', "new Request() sends to api.openai.com "],
  ['new WebSocket("wss://api.openai.com/v1/realtime?model=a");', "new WebSocket() sends to api.openai.com "],
  ['new EventSource("https://api.openai.com/v1");', "new EventSource() sends to api.openai.com "],
  [
    'fetch("https://shop.openai.azure.com/openai/deployments/a");',
    "fetch() sends to shop.openai.azure.com ",
    { hosts: ["OpenAI.Azure.com"] },
  ],
];

const VALID: [source: string, options?: LintOptions, file?: string][] = [
  ['fetch("https://api.openai.com.example.org/v1");'],
  ['fetch("https://example.org/?to=https://api.openai.com/");'],
  ['fetch("https://notapi.openai.com/");'],
  ['fetch("https://platform.openai.com/docs");'],
  ['fetch("/v1/api.openai.com");'],
  ['fetch(new URL("https://example.org/", "https://api.openai.com"));'],
  ["fetch(`${base}/https://api.openai.com`);"],
  ["fetch(); fetch(...list); fetch(url); fetch(4); fetch`https://api.openai.com/`;"],
  ['let base = "https://api.openai.com"; base = other; fetch(base);'],
  ['function go(BASE) { fetch(BASE); } const BASE = "https://api.openai.com";'],
  ['console.log("https://api.openai.com/v1"); const a = new URL("https://api.openai.com/v1");'],
  ['new Client({ baseURL: "https://api.openai.com/v1" });'],
  ['// fetch("https://api.openai.com/v1")'],
  ['fetch("https://shop.openai.azure.com/openai");'],
  ['fetch("https://api.openai.com/v1");', { allow: ["tools/probe.js"] }, "/shop/tools/probe.js"],
];

for (const [name, lint] of [...Object.entries(LINTERS.js), ...Object.entries(LINTERS.ts)]) {
  Deno.test(`${name} finds every raw request`, () => {
    for (const [source, said, options] of INVALID) {
      const messages = lint(RULE, "/shop/src/order.js", source, options);
      assertEquals(messages.map((text) => text.startsWith(`This ${said}`) ? said : text), [said], source);
    }
  });

  Deno.test(`${name} does not report other requests`, () => {
    for (const [source, options, file = "/shop/src/order.js"] of VALID) {
      assertEquals(lint(RULE, file, source, options), [], source);
    }
  });
}

Deno.test("the message names the remedy", () => {
  for (const lint of Object.values(LINTERS.js)) {
    const [message] = lint(RULE, "a.js", 'fetch("https://api.openai.com/v1")');
    assertStringIncludes(message, 'Use getOpenAIClient(workspace) or QuotaTrackedOpenAI from "@quota-gauge/client"');
  }
});
