/** Every socket class of the installed SDK has a tracked subclass, or is known to report no tokens. */
import { assertEquals } from "../../../tests/support/assert.ts";
import * as runtimes from "./realtime_websocket.ts";
import * as ofWs from "../ws.ts";

const SDK = new URL("../../../node_modules/openai/", import.meta.url);

/** Billed by the second, so it reports no tokens. The lint rule finds uses of it. */
const UNCOUNTED = ["OpenAIRealtimeTranslationWS"];

Deno.test("every socket class of the SDK has a tracked subclass, or reports no tokens", async () => {
  const ours = Object.values({ ...runtimes, ...ofWs });
  const uncounted: string[] = [];
  const counted = new Set<unknown>();
  for await (const path of modules("")) {
    const exported: Record<string, unknown> = await import(new URL(path, SDK).href);
    for (const [name, value] of Object.entries(exported).filter(([name]) => /(WS|WebSocket)$/.test(name))) {
      const own = ours.find((one) => Object.getPrototypeOf(one) === value);
      if (own) counted.add(own);
      else uncounted.push(name);
    }
  }
  assertEquals(uncounted.sort(), UNCOUNTED);
  assertEquals(counted.size, ours.length);
});

/** Paths of the modules from which programs import sockets. */
async function* modules(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, SDK))) {
    if (isDirectory && !["internal", "src", "node_modules"].includes(name)) yield* modules(`${folder}${name}/`);
    else if (name === "ws.mjs" || name === "websocket.mjs") yield folder + name;
  }
}
