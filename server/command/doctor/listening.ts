/** Checks the service's port, and whether the public URL leads to the service. */
import type { Config } from "../../config/config.ts";
import { commandText } from "../../config/help.ts";
import { isOnNetwork } from "../../config/on_network.ts";
import { listenFault } from "../../config/start_fault.ts";
import { reasonOf } from "../reason.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** The parts that the check uses. */
export interface Network {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Listens and stops. Throws the system's error when it cannot listen. */
  tryListen(host: string, port: number): Promise<void>;
  /** The version of this program. */
  version: string;
}

/** The answer at an address. */
type Answer = { version: string; status: string } | { other: string } | { none: string };

const TIMEOUT_MS = 5_000;

/** Addresses that mean every address of the machine: requests go to the loopback one. */
const EVERY: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "[::1]", "[::]": "[::1]" };

export async function checkPort(config: Config, network: Network): Promise<Finding> {
  const { host, port } = config;
  if (port === 0) return ok("port", "PORT=0: the service takes a free one");
  const name = EVERY[host] ?? (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);
  const answer = await ask(`${config.tls === null ? "http" : "https"}://${name}:${port}`, network);
  if ("version" in answer) return runningFinding(answer, `${host}:${port}`, network.version);
  if (config.tls !== null && "none" in answer && /certificate/i.test(answer.none)) {
    return ok("port", `a service answers on ${host}:${port}, with a certificate for another name than this address`);
  }
  try {
    await network.tryListen(host, port);
    return ok("port", `${host}:${port} is free; the service is not running`);
  } catch (error) {
    const [text, remedy = "Set HOST to an address of this machine"] = faultText(error, config).split(/\. (?=Set )/);
    return fail("port", text, remedy);
  }
}

function faultText(error: unknown, config: Config): string {
  return listenFault(error, config)?.message ?? `Cannot listen on ${config.host}:${config.port}: ${reasonOf(error)}`;
}

function runningFinding({ version, status }: { version: string; status: string }, at: string, own: string): Finding {
  if (status !== "ok") {
    return warn("port", `the service answers on ${at} and is ${status}`, "Its log says why, and so does GET /healthz");
  }
  if (version === own) return ok("port", `the service answers on ${at}`);
  return warn("port", `the service on ${at} is version ${version}, this is ${own}`, "Restart the service");
}

/** @returns nothing for a service that only this machine reaches. */
export async function checkPublicUrl(config: Config, network: Network): Promise<Finding[]> {
  const { public_url } = config;
  if (public_url === null) return isOnNetwork(config) ? [withoutName(config)] : [];
  const url = `${public_url.origin}${public_url.prefix}`;
  const answer = await ask(url, network);
  if ("version" in answer) return [reachedFinding(url, answer.version, network.version), ...unencrypted(url)];
  const fault = "none" in answer
    ? `${url} cannot be reached: ${answer.none}`
    : `${url} answers, but not as the service: ${answer.other}`;
  return [fail("public URL", fault, remedyFor(fault)), ...unencrypted(url)];
}

function reachedFinding(url: string, version: string, own: string): Finding {
  if (version === own) return ok("public URL", `${url} leads to the service`);
  const text = `${url} leads to a service of version ${version}, this is ${own}`;
  return warn("public URL", text, "Restart the service, or correct the proxy if it leads to another one");
}

function remedyFor(fault: string): string {
  if (!/certificate/i.test(fault)) {
    return `Start the service (${commandText("start")}), then check the proxy, the name and QUOTA_PUBLIC_URL`;
  }
  return "Check the certificate. If an authority of your own has signed it, set DENO_CERT to the authority's PEM file";
}

function withoutName({ host }: Config): Finding {
  const text = `QUOTA_PUBLIC_URL is not set: the service answers under its addresses, and under no name`;
  return warn("public URL", text, `Set QUOTA_PUBLIC_URL to the address that people use, unless it is http://${host}`);
}

function unencrypted(url: string): Finding[] {
  if (!url.startsWith("http:")) return [];
  return [
    warn("public URL", `${url} is not encrypted: keys can be read on the way`, "Use https, for example with a proxy"),
  ];
}

async function ask(url: string, network: Network): Promise<Answer> {
  try {
    const init = { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
    const response = await network.fetch(`${url}/healthz`, init);
    const body: unknown = await response.json().catch(() => null);
    const { version, status } = (body ?? {}) as { version?: unknown; status?: unknown };
    if (typeof version === "string" && typeof status === "string") return { version, status };
    const detail = (body as { detail?: unknown } | null)?.detail;
    return { other: `${response.status}${typeof detail === "string" ? `, ${detail}` : ""}` };
  } catch (error) {
    return { none: reasonOf(error) };
  }
}
