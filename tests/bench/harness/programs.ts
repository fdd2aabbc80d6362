/** Starts the gateway, the programs to compare it with, and the upstream. */
import { existsSync } from "node:fs";
import { denoEnvironment } from "../../../tools/lib/deno.mjs";
import { serviceCommand } from "../../../tools/lib/service.mjs";
import { ROOT } from "../../../tools/lib/setup.mjs";
import { freePort } from "./free_port.ts";
import { Program } from "./program.ts";

/** The folder of the programs that the bench starts. */
export const PROGRAMS = `${ROOT}/tests/bench/programs`;

export const BUN = `${ROOT}/node_modules/.bin/bun`;

/** The upstream is much faster than the measured programs, and runs on the cores of the load. */
export function startUpstream(): Promise<Program> {
  return Program.start({ command: BUN, args: [`${PROGRAMS}/upstream.ts`], side: "load" });
}

/** A baseline under Deno; its argument is the origin of the upstream. */
export function startBaseline(name: "bare" | "node_pass", upstream: string): Promise<Program> {
  const args = ["run", "--quiet", "--no-check", "--allow-net", `${PROGRAMS}/${name}.ts`, upstream];
  return Program.start({ command: Deno.execPath(), args, side: "system" });
}

const PORTKEY = `${ROOT}/tests/bench/peers/node_modules/@portkey-ai/gateway/build/start-server.js`;

/** Portkey's gateway on this machine's Node, without its console; null when its package is not installed. */
export async function startPortkey(): Promise<Program | null> {
  if (!existsSync(PORTKEY)) return null;
  const args = [PORTKEY, `--port=${freePort()}`, "--headless"];
  return await Program.start({ command: "node", args, side: "system", env: { NODE_ENV: "production" } });
}

/** Limits and bounds that no run comes near, so that no call and no connection is refused. */
export const NO_LIMITS = {
  QUOTA_API_CALLS_PER_MINUTE: "100000000",
  QUOTA_MAX_CONNECTIONS_PER_ADDRESS: "100000",
  QUOTA_MAX_SOCKETS: "100000",
  QUOTA_MAX_SOCKETS_PER_ADDRESS: "100000",
  OPENAI_RATE_LIMIT_PER_MINUTE: "900000000",
  OPENAI_RATE_LIMIT_PER_DAY: "900000000",
  OPENAI_TOKEN_LIMIT_PER_MINUTE: "900000000000",
};

export interface GatewayOptions {
  /** The origin of the upstream. */
  upstream: string;
  /** The folder of the ledger, which is SQLite with the durability of production. */
  folder: string;
  env?: Record<string, string>;
  port?: number;
}

/** The environment of the service, without the machine's. */
export function gatewayEnv({ upstream, folder, env = NO_LIMITS, port = 0 }: GatewayOptions): Record<string, string> {
  return denoEnvironment({
    HOST: "127.0.0.1",
    PORT: `${port}`,
    QUOTA_UPSTREAM_URL: `${upstream}/v1`,
    QUOTA_STORE: `sqlite:${folder}/quota.db`,
    ...env,
  });
}

/** The real service, with the permissions that `npm start` gives it. */
export function startGateway(options: GatewayOptions, side: "system" | "anywhere" = "system"): Promise<Program> {
  const env = gatewayEnv(options);
  const { command, args } = serviceCommand({ deno: Deno.execPath(), root: ROOT, env });
  return Program.start({ command, args, side, env });
}
