/** The programs that stand in one row with the gateway, and the ones around it. */
import { existsSync } from "node:fs";
import { serviceCommand } from "../../../tools/lib/service.mjs";
import { ROOT } from "../../../tools/lib/setup.mjs";
import { freePort } from "./free_port.ts";
import { Program } from "./program.ts";

/** Folder of the programs that are started as they are. */
export const PROGRAMS = `${ROOT}/tests/bench/programs`;

export const BUN = `${ROOT}/node_modules/.bin/bun`;

/** Far faster than what is measured, and on the load's side of the machine. */
export function startUpstream(): Promise<Program> {
  return Program.start({ command: BUN, args: [`${PROGRAMS}/upstream.ts`], side: "load" });
}

/** A program of ours under Deno, which finds its upstream's origin in its first argument. */
export function startPeer(name: "bare" | "node_pass", upstream: string): Promise<Program> {
  const args = ["run", "--quiet", "--no-check", "--allow-net", `${PROGRAMS}/${name}.ts`, upstream];
  return Program.start({ command: Deno.execPath(), args, side: "system" });
}

const PORTKEY = `${ROOT}/tests/bench/peers/node_modules/@portkey-ai/gateway/build/start-server.js`;

/** Portkey's gateway on the Node of this machine, without its console; null where its package is not installed. */
export async function startPortkey(): Promise<Program | null> {
  if (!existsSync(PORTKEY)) return null;
  const args = [PORTKEY, `--port=${freePort()}`, "--headless"];
  return await Program.start({ command: "node", args, side: "system", env: { NODE_ENV: "production" } });
}

/** No call is refused, and no number comes near a limit. */
export const NO_LIMITS = {
  OPENAI_RATE_LIMIT_PER_MINUTE: "900000000",
  OPENAI_RATE_LIMIT_PER_DAY: "900000000",
  OPENAI_TOKEN_LIMIT_PER_MINUTE: "900000000000",
};

export interface GatewayOptions {
  /** The upstream's origin. */
  upstream: string;
  /** Folder of the ledger, which is SQLite, as durable as in earnest. */
  folder: string;
  env?: Record<string, string>;
  port?: number;
}

/** The environment that the service runs in, and nothing of the machine's own. */
export function gatewayEnv({ upstream, folder, env = NO_LIMITS, port = 0 }: GatewayOptions): Record<string, string> {
  return {
    HOST: "127.0.0.1",
    PORT: `${port}`,
    OPENAI_BASE_URL: `${upstream}/v1`,
    QUOTA_STORE: `sqlite:${folder}/quota.db`,
    ...env,
  };
}

/** The real service, with the permissions that `npm start` gives it. */
export function startGateway(options: GatewayOptions, side: "system" | "anywhere" = "system"): Promise<Program> {
  const env = gatewayEnv(options);
  const { command, args } = serviceCommand({ deno: Deno.execPath(), root: ROOT, env });
  return Program.start({ command, args, side, env });
}
