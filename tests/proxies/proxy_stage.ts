/** The service in team mode behind a real proxy, which runs with the configuration of `docs/ops`. */
import type { IncomingMessage } from "node:http";
import { request, type RequestOptions } from "node:https";
import { connect } from "node:tls";
import { WebSocket } from "ws";
import { findProgram } from "../../tools/lib/system_programs.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { freePort } from "../bench/harness/free_port.ts";
import { TOOLS_PAIR } from "../support/certificate_pairs.ts";
import { eventually } from "../support/eventually.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { withTempFolder } from "../support/temp.ts";

/** The name in the configurations of `docs/ops`. */
export const HOST = "tools.acme.dev";

/** Where a proxy runs. */
export interface ProxyPlace {
  /** Its program. */
  path: string;
  /** For its files; it has `cert.pem` and `key.pem`. */
  folder: string;
  /** On which it listens. */
  address: string;
  port: number;
  service_port: number;
}

/** How one proxy is started. */
export interface ProxyKind {
  /** Its program. */
  name: "nginx" | "caddy";
  command(place: ProxyPlace): Promise<{ args: string[]; env?: Record<string, string> }>;
}

export interface ProxyStage extends TeamService {
  /** Sends a request through the proxy, with a key. */
  ask(path: string, kind: string, options?: RequestOptions, body?: Uint8Array | string): Promise<IncomingMessage>;
  /** Opens a WebSocket through the proxy, with a key. */
  socket(path: string, kind: string): WebSocket;
  /** Starts curl through the proxy, from another address than the proxy's. */
  startCurl(path: string, args: string[]): Curl;
}

/** A running curl. It ends with its scope. */
interface Curl extends AsyncDisposable {
  /** Resolves when its output has a text. */
  until(text: string): Promise<void>;
}

const SETTINGS = {
  QUOTA_PUBLIC_URL: `https://${HOST}/quota/`,
  QUOTA_TRUSTED_PROXIES: "127.0.0.1",
  OPENAI_API_KEY: "sk-service",
};

/** Replaces texts of a configuration, so that the documented file is the one that is tested. */
export async function configuration(file: string, changes: [from: string, to: string][]): Promise<string> {
  let text = await Deno.readTextFile(`${ROOT}/docs/ops/${file}`);
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`docs/ops/${file} has no longer "${from}"`);
    text = text.replace(from, to);
  }
  return text;
}

/** Defines the tests behind a proxy. Without its program they are ignored, as `npm test` says. */
export function proxyTests(kind: ProxyKind, tests: Record<string, (stage: ProxyStage) => Promise<void>>): void {
  const path = findProgram(kind.name, thisMachine(ROOT));
  for (const [name, play] of Object.entries(tests)) {
    Deno.test({ name: `${kind.name}: ${name}`, ignore: path === null, fn: () => behindProxy(kind, path!, play) });
  }
}

function behindProxy(kind: ProxyKind, path: string, play: (stage: ProxyStage) => Promise<void>): Promise<void> {
  return withTempFolder((folder) =>
    withTeamService(async (service) => {
      const port = freePort();
      await using proxy = await startProxy(kind, {
        path,
        folder,
        address: "127.0.0.1",
        port,
        service_port: service.port,
      });
      await play({ ...service, ...proxy.clients(service) });
    }, SETTINGS)
  );
}

/** Writes the files of {@link ProxyPlace.folder}. */
export async function writeCertificate(folder: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/cert.pem`, TOOLS_PAIR.cert);
  await Deno.writeTextFile(`${folder}/key.pem`, TOOLS_PAIR.key);
}

/** Starts a proxy and waits until it accepts connections. */
async function startProxy(kind: ProxyKind, place: ProxyPlace) {
  const { folder, port } = place;
  await writeCertificate(folder);
  const { args, env } = await kind.command(place);
  const child = new Deno.Command(place.path, { args, env, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
  const errors = new Response(child.stderr).text();
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
    return await errors;
  };
  try {
    await eventually(async () => (await Deno.connect({ hostname: "127.0.0.1", port })).close(), 10_000);
  } catch (error) {
    throw new Error(`Cannot start ${kind.name}:\n${await stop().catch(() => errors)}`, { cause: error });
  }
  return {
    clients: (service: TeamService) => clients(port, `${folder}/cert.pem`, service),
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

function clients(
  port: number,
  ca_file: string,
  { keys }: TeamService,
): Pick<ProxyStage, "ask" | "socket" | "startCurl"> {
  const ca = TOOLS_PAIR.cert;
  const authorized = (kind: string): Record<string, string> =>
    keys[kind] ? { authorization: `Bearer ${keys[kind]}` } : {};
  return {
    ask: (path, kind, options = {}, body) =>
      new Promise((resolve, reject) => {
        const headers = { host: HOST, ...authorized(kind), ...options.headers as Record<string, string> };
        const target = { host: "127.0.0.1", port, servername: HOST, ca, path, ...options, headers };
        request(target, resolve).on("error", reject).end(body);
      }),
    socket: (path, kind) =>
      new WebSocket(`wss://${HOST}${path}`, {
        headers: authorized(kind),
        createConnection: () => connect({ host: "127.0.0.1", port, servername: HOST, ca }),
      }),
    startCurl(path, args) {
      // curl sends the name without the port, as a browser does on port 443.
      const place = ["--connect-to", `${HOST}:443:127.0.0.1:${port}`, "--cacert", ca_file, "--interface", "127.0.0.2"];
      return runCurl(["-sSN", ...place, ...args, `https://${HOST}${path}`]);
    },
  };
}

function runCurl(args: string[]): Curl {
  const child = new Deno.Command("curl", { args, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = "";
  let ended = false;
  const end = child.status.then(() => ended = true);
  return {
    async until(text) {
      while (!output.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`curl ended without ${JSON.stringify(text)}: ${output}`);
        output += value;
      }
    },
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await reader.cancel();
      await end;
    },
  };
}

/** The whole body of a response. */
export async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of response) body += part;
  return body;
}
