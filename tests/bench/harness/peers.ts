/** The programs that P1 and P2 compare: the upstream alone, two baselines, a peer, and our gateway. */
import { Keyring } from "../../../server/access/keyring.ts";
import { openAccess } from "../../../server/access/open.ts";
import type { Program } from "./program.ts";
import { NO_LIMITS, startBaseline, startGateway, startPortkey, startUpstream } from "./programs.ts";
import type { Target } from "./rounds.ts";

export interface Row extends AsyncDisposable {
  /** In this order: `direct`, bare Deno `fetch`, bare `node:http`. */
  baselines: (body: string) => Target[];
  gateway: (name: string, body: string) => Target;
  /** Portkey's gateway; empty when its package is not installed. */
  portkey: (body: string) => Target[];
  gatewayProgram: Program;
  folder: string;
  /** A second gateway in team mode, with the service's key for the provider; each call has an ingest key. */
  startTeamGateway: (name: string, body: string) => Promise<Target & { program: Program }>;
}

const PATH = "/v1/chat/completions";

export async function startRow(): Promise<Row> {
  const folder = await Deno.makeTempDir({ prefix: "quota-gauge-bench-" });
  const upstream = await startUpstream();
  const [bare, node] = [await startBaseline("bare", upstream.url), await startBaseline("node_pass", upstream.url)];
  const [ours, peer] = [await startGateway({ upstream: upstream.url, folder }), await startPortkey()];
  const target = (name: string, program: Program, body: string) => ({ name, program, url: program.url + PATH, body });
  return {
    baselines: (body) => [
      target("direct", upstream, body),
      target("bare Deno `fetch`", bare, body),
      target("bare `node:http`", node, body),
    ],
    gateway: (name, body) => target(name, ours, body),
    portkey: (body) => peer ? [{ ...target("Portkey", peer, body), headers: portkeyHeaders(upstream.url) }] : [],
    gatewayProgram: ours,
    folder,
    async startTeamGateway(name, body) {
      const own = `${folder}/team`;
      const key = makeIngestKey(own);
      const program = await startGateway({
        upstream: upstream.url,
        folder: own,
        env: { ...NO_LIMITS, OPENAI_API_KEY: "sk-bench" },
      });
      return { ...target(name, program, body), program, headers: { authorization: `Bearer ${key}` } };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([upstream, bare, node, ours, peer].map((program) => program?.stop()));
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Makes a key in the file of a service that does not run yet. */
function makeIngestKey(folder: string): string {
  const store = openAccess(`sqlite:${folder}/quota.db`, () => {});
  const keyring = new Keyring(store, Date.now);
  const { text } = keyring.create({ kind: "ingest", workspaces: ["default"] }, { actor: "bench", address: null });
  store.close();
  return text;
}

/** The note for a run without Portkey. */
export const NO_PORTKEY = "Portkey: not installed; `npm ci` in tests/bench/peers adds it";

/** Portkey gets its upstream with each request. */
function portkeyHeaders(upstream: string): Record<string, string> {
  return { "x-portkey-provider": "openai", "x-portkey-custom-host": `${upstream}/v1` };
}
