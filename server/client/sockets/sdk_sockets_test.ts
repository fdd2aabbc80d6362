/** The socket classes of the SDK that is installed: each is counted by one of ours, or known not to be. */
import { assertEquals } from "../../../tests/support/assert.ts";
import * as runtimes from "./realtime_websocket.ts";
import * as ofWs from "../ws.ts";

const SDK = new URL("../../../node_modules/openai/", import.meta.url);

/** Billed by the second: it tells no tokens that could be counted. The lint rule reports it. */
const UNCOUNTED = ["OpenAIRealtimeTranslationWS"];

Deno.test("every socket class of the SDK has one that is counted, or says no tokens", async () => {
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

/** Paths of the modules from which programs take sockets. */
async function* modules(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, SDK))) {
    if (isDirectory && !["internal", "src", "node_modules"].includes(name)) yield* modules(`${folder}${name}/`);
    else if (name === "ws.mjs" || name === "websocket.mjs") yield folder + name;
  }
}
