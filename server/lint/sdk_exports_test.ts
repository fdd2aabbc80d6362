/** Compares the rule's lists with the installed SDK, so that these tests fail when a new version exports more. */
import * as sdk from "openai";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { packageOfSpecifier } from "./package_specifier.ts";
import { isHarmlessName, isHarmlessPath } from "./sdk_exports.ts";

const FOLDER = new URL("../../node_modules/openai/", import.meta.url);

const CLIENTS = ["AzureOpenAI", "BedrockOpenAI", "OpenAI", "default"];

/** Whether an export can make a call: it is a client, or opens a WebSocket. */
function isSender(name: string, value: unknown): boolean {
  if (/WS$|WebSocket$/.test(name)) return true;
  return typeof value === "function" && (value === sdk.OpenAI || value.prototype instanceof sdk.OpenAI);
}

Deno.test("every value that the SDK exports is a client or known to be harmless", () => {
  const unknown = Object.keys(sdk).filter((name) => !CLIENTS.includes(name) && !isHarmlessName(name));
  assertEquals(unknown, []);
  assertEquals(CLIENTS.filter(isHarmlessName), []);
});

Deno.test("no export in the list of harmless names can make a call", () => {
  const senders = Object.entries(sdk).filter(([name, value]) => isSender(name, value)).map(([name]) => name);
  assertEquals(senders.sort(), CLIENTS);
});

Deno.test("an SDK type that is imported without `type` is not reported", async () => {
  const text = await Deno.readTextFile(new URL("index.d.ts", FOLDER));
  const types = [...text.matchAll(/\btype (\w+)/g)].map(([, name]) => name);
  assert(types.includes("ClientOptions"), "no types were found");
  assertEquals(types.filter((name) => !isHarmlessName(name)), []);
});

Deno.test("no module in the list of harmless paths exports a client", async () => {
  const modules = (await Array.fromAsync(files("")))
    .filter((path) => path.endsWith(".mjs") && isHarmlessPath(packageOfSpecifier(`openai/${path}`)?.path ?? ""));
  assert(modules.length > 100, `only ${modules.length} modules were found`);
  for (const path of modules) {
    const exported: Record<string, unknown> = await import(new URL(path, FOLDER).href);
    const senders = Object.entries(exported).filter(([name, value]) => isSender(name, value)).map(([name]) => name);
    assertEquals(senders, [], path);
  }
});

Deno.test("modules with a client are not in the list of harmless paths", async () => {
  for await (const path of files("")) {
    if (/(?:^|\/)(?:client|azure|bedrock|ws|websocket)\.mjs$/.test(path)) {
      assert(!isHarmlessPath(path.slice(0, -4)), path);
    }
  }
});

async function* files(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, FOLDER))) {
    if (isDirectory) yield* files(`${folder}${name}/`);
    else yield `${folder}${name}`;
  }
}
