/** The row of programs that the gateway stands in for P1 and P2: the upstream itself, the floors, a peer, and ours. */
import type { Program } from "./program.ts";
import { startGateway, startPeer, startPortkey, startUpstream } from "./programs.ts";
import type { Target } from "./rounds.ts";

export interface Row extends AsyncDisposable {
  /** `direct` first, then `bare`, then `node:http`. */
  floors: (body: string) => Target[];
  gateway: (name: string, body: string) => Target;
  /** Portkey's gateway; empty where its package is not installed. */
  portkey: (body: string) => Target[];
  gatewayProgram: Program;
  folder: string;
}

const PATH = "/v1/chat/completions";

export async function startRow(): Promise<Row> {
  const folder = await Deno.makeTempDir({ prefix: "quota-gauge-bench-" });
  const upstream = await startUpstream();
  const [bare, node] = [await startPeer("bare", upstream.url), await startPeer("node_pass", upstream.url)];
  const [ours, peer] = [await startGateway({ upstream: upstream.url, folder }), await startPortkey()];
  const target = (name: string, program: Program, body: string) => ({ name, program, url: program.url + PATH, body });
  return {
    floors: (body) => [
      target("direct", upstream, body),
      target("bare Deno `fetch`", bare, body),
      target("bare `node:http`", node, body),
    ],
    gateway: (name, body) => target(name, ours, body),
    portkey: (body) => peer ? [{ ...target("Portkey", peer, body), headers: portkeyHeaders(upstream.url) }] : [],
    gatewayProgram: ours,
    folder,
    async [Symbol.asyncDispose]() {
      await Promise.all([upstream, bare, node, ours, peer].map((program) => program?.stop()));
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Stands in the notes where there is none. */
export const NO_PORTKEY = "Portkey: not installed; `npm ci` in tests/bench/peers puts it in the row";

/** Each request tells it where to go, which is how it is told. */
function portkeyHeaders(upstream: string): Record<string, string> {
  return { "x-portkey-provider": "openai", "x-portkey-custom-host": `${upstream}/v1` };
}
