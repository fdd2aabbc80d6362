/** The lists of the rule, held against the SDK that is installed: a new version that exports more turns this red. */
import * as sdk from "openai";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { packageOfSpecifier } from "./package_specifier.ts";
import { isHarmlessName, isHarmlessPath } from "./sdk_exports.ts";

const FOLDER = new URL("../../node_modules/openai/", import.meta.url);

const CLIENTS = ["AzureOpenAI", "BedrockOpenAI", "OpenAI", "default"];

/** What sends by itself: the clients, and what opens a socket past every `fetch`. */
function isSender(name: string, value: unknown): boolean {
  if (/WS$|WebSocket$/.test(name)) return true;
  return typeof value === "function" && (value === sdk.OpenAI || value.prototype instanceof sdk.OpenAI);
}

Deno.test("every value that the SDK exports is a client or known to be harmless", () => {
  const unknown = Object.keys(sdk).filter((name) => !CLIENTS.includes(name) && !isHarmlessName(name));
  assertEquals(unknown, []);
  assertEquals(CLIENTS.filter(isHarmlessName), []);
});

Deno.test("nothing that is held to be harmless sends by itself", () => {
  const senders = Object.entries(sdk).filter(([name, value]) => isSender(name, value)).map(([name]) => name);
  assertEquals(senders.sort(), CLIENTS);
});

Deno.test("no type that the SDK exports is reported when it is imported without saying so", async () => {
  const text = await Deno.readTextFile(new URL("index.d.ts", FOLDER));
  const types = [...text.matchAll(/\btype (\w+)/g)].map(([, name]) => name);
  assert(types.includes("ClientOptions"), "no types were found");
  assertEquals(types.filter((name) => !isHarmlessName(name)), []);
});

Deno.test("no module that is held to be harmless exports what sends by itself", async () => {
  const modules = (await Array.fromAsync(files("")))
    .filter((path) => path.endsWith(".mjs") && isHarmlessPath(packageOfSpecifier(`openai/${path}`)?.path ?? ""));
  assert(modules.length > 100, `only ${modules.length} modules were found`);
  for (const path of modules) {
    const exported: Record<string, unknown> = await import(new URL(path, FOLDER).href);
    const senders = Object.entries(exported).filter(([name, value]) => isSender(name, value)).map(([name]) => name);
    assertEquals(senders, [], path);
  }
});

Deno.test("the modules that send are not held to be harmless", async () => {
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
