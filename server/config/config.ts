/** Every environment variable: its default, its accepted values, and how it is read. */
import { parsePublicUrl, type PublicUrl } from "../access/public_url.ts";
import type { Limits } from "../core/limits.ts";
import { baseUrl, count, oneOf, originList, proxyList, secretOf, zone } from "./readers.ts";
import { proxyFor, type ProxySettings, readNoProxy, readProxyUrl } from "./proxy.ts";

/** The service's settings. */
export interface Config {
  host: string;
  port: number;
  /** No trailing slash. */
  upstream_url: string;
  /** The upstream key; `null` forwards the caller's own. */
  upstream_key: string | null;
  /** URL of the proxy through which the upstream is reached, with its credentials; `null` for none. */
  upstream_proxy: string | null;
  limits: Limits;
  warning_ratio: number;
  mode: "enforce" | "observe";
  store: string;
  /** Path of the limits file, which may be missing. */
  limits_file: string;
  /** An admin key from outside the key store. */
  admin_key: string | null;
  /** An older admin key, for resets and limits alone. */
  admin_reset_key: string | null;
  timezone: string;
  /** How the service is reached; `null` for its own address. */
  public_url: PublicUrl | null;
  /** Addresses and ranges whose `X-Forwarded-For` is believed. */
  trusted_proxies: string[];
  /** Origins of web pages that may use the service, gateway included. */
  allowed_origins: string[];
}

/** One variable, as `readConfig` and `--help` use it. */
interface Variable {
  default: string | null;
  accepts: string;
  /** Returns `undefined` for a text that it does not accept. */
  read: (text: string) => unknown;
  /** Its name in lower case is read too, and goes first, as in most programs that read this variable. */
  lower_case?: true;
}

const LIMIT = "a whole number from 1";
const PROXY = "the URL of an http proxy, such as http://user:password@proxy:3128";

/** Every variable, in the order in which `--help` shows them. */
export const VARIABLES = {
  HOST: {
    default: "127.0.0.1",
    accepts: "an address or host name",
    read: (text) => /^[\w.:[\]-]+$/.test(text) ? text : undefined,
  },
  PORT: {
    default: "8787",
    accepts: "0 to 65535; 0 takes a free port",
    read: (text) => /^\d{1,5}$/.test(text) && Number(text) < 65536 ? Number(text) : undefined,
  },
  OPENAI_BASE_URL: {
    default: "https://api.openai.com/v1",
    accepts: "an http or https URL, without user name, query or fragment",
    read: baseUrl,
  },
  OPENAI_API_KEY: {
    default: null,
    accepts: "a key without spaces",
    read: (text) => /^\S+$/.test(text) ? text : undefined,
  },
  HTTPS_PROXY: { default: null, accepts: `${PROXY}; for an https upstream`, read: readProxyUrl, lower_case: true },
  HTTP_PROXY: { default: null, accepts: `${PROXY}; for an http upstream`, read: readProxyUrl, lower_case: true },
  NO_PROXY: {
    default: null,
    accepts: "* or hosts that are reached directly, such as .example.org, 10.0.0.0/8, [fd00::1] or host:port",
    read: readNoProxy,
    lower_case: true,
  },
  OPENAI_RATE_LIMIT_PER_MINUTE: { default: "500", accepts: LIMIT, read: count },
  OPENAI_RATE_LIMIT_PER_DAY: { default: "10000", accepts: LIMIT, read: count },
  OPENAI_TOKEN_LIMIT_PER_MINUTE: { default: "150000", accepts: LIMIT, read: count },
  OPENAI_TOKEN_LIMIT_PER_DAY: { default: null, accepts: LIMIT, read: count },
  QUOTA_WARNING_RATIO: {
    default: "0.9",
    accepts: "a number above 0, at most 1",
    read: (text) => /^[\d.]+$/.test(text) && Number(text) > 0 && Number(text) <= 1 ? Number(text) : undefined,
  },
  QUOTA_MODE: { default: "enforce", accepts: "enforce or observe", read: oneOf("enforce", "observe") },
  QUOTA_STORE: {
    default: "sqlite:data/quota.db",
    accepts: "sqlite:PATH or memory: (postgres:// needs a later version)",
    read: (text) => /^(sqlite:.+|memory:)$/.test(text) ? text : undefined,
  },
  QUOTA_LIMITS_FILE: {
    default: "data/limits.json",
    accepts: "a path that ends in .json; the file may be missing",
    read: (text) => /[^/\\]\.json$/.test(text) ? text : undefined,
  },
  QUOTA_REDIS_URL: {
    default: null,
    accepts: "nothing yet: several instances need a later version",
    read: () => undefined,
  },
  QUOTA_ADMIN_KEY: { default: null, accepts: "at least 16 characters without spaces", read: secretOf(16) },
  QUOTA_ADMIN_RESET_KEY: { default: null, accepts: "at least 8 characters without spaces", read: secretOf(8) },
  QUOTA_TIMEZONE: { default: "UTC", accepts: "an IANA zone such as Europe/Berlin", read: zone },
  QUOTA_PUBLIC_URL: {
    default: null,
    accepts: "the URL by which people reach the service, such as https://tools.acme.dev/quota/",
    read: (text) => parsePublicUrl(text) ?? undefined,
  },
  QUOTA_TRUSTED_PROXIES: {
    default: null,
    accepts: "addresses and ranges of proxies, such as 127.0.0.1, 10.0.0.0/8",
    read: proxyList,
  },
  QUOTA_ALLOWED_ORIGINS: {
    default: null,
    accepts: "origins of web pages that may call the service, such as https://chat.acme.dev",
    read: originList,
  },
} satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;

/** Lists every wrong setting, each with the values that its variable accepts. */
export class ConfigError extends Error {
  override name = "ConfigError";
  constructor(readonly faults: string[]) {
    super(
      `Cannot start: ${faults.length} setting${faults.length > 1 ? "s are" : " is"} wrong.\n${
        faults.map((fault) => `  - ${fault}`).join("\n")
      }`,
    );
  }
}

/**
 * Reads the settings from environment variables.
 *
 * @throws {ConfigError} listing every wrong one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readConfig } from "./config.ts";
 *
 * assert.equal(readConfig({}).port, 8787);
 * ```
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = [];
  const values = {} as Record<VariableName, unknown>;
  for (const [name, variable] of Object.entries(VARIABLES) as [VariableName, Variable][]) {
    const lower = variable.lower_case && environment[name.toLowerCase()]?.trim();
    const text = lower || environment[name]?.trim() || variable.default;
    values[name] = text === null ? null : variable.read(text);
    if (values[name] === undefined) faults.push(`${name}=${shown(name, text!)}: accepts ${variable.accepts}`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return assemble(values);
}

function assemble(values: Record<VariableName, unknown>): Config {
  const upstream_url = values.OPENAI_BASE_URL as string;
  return {
    host: values.HOST as string,
    port: values.PORT as number,
    upstream_url,
    upstream_key: values.OPENAI_API_KEY as string | null,
    upstream_proxy: proxyFor(upstream_url, values as Record<VariableName, unknown> & ProxySettings),
    limits: {
      requests_per_minute: values.OPENAI_RATE_LIMIT_PER_MINUTE as number,
      requests_per_day: values.OPENAI_RATE_LIMIT_PER_DAY as number,
      tokens_per_minute: values.OPENAI_TOKEN_LIMIT_PER_MINUTE as number,
      tokens_per_day: values.OPENAI_TOKEN_LIMIT_PER_DAY as number | null,
    },
    warning_ratio: values.QUOTA_WARNING_RATIO as number,
    mode: values.QUOTA_MODE as Config["mode"],
    store: values.QUOTA_STORE as string,
    limits_file: values.QUOTA_LIMITS_FILE as string,
    admin_key: values.QUOTA_ADMIN_KEY as string | null,
    admin_reset_key: values.QUOTA_ADMIN_RESET_KEY as string | null,
    timezone: values.QUOTA_TIMEZONE as string,
    public_url: values.QUOTA_PUBLIC_URL as PublicUrl | null,
    trusted_proxies: (values.QUOTA_TRUSTED_PROXIES ?? []) as string[],
    allowed_origins: (values.QUOTA_ALLOWED_ORIGINS ?? []) as string[],
  };
}

/** A wrong value as the error shows it, without keys and without the parts of a URL that may hold a secret. */
function shown(name: VariableName, text: string): string {
  if (name.endsWith("_KEY") || (name.endsWith("_PROXY") && text.includes("@"))) return "…";
  const scheme = /^[a-z][a-z0-9+.-]*:(?=.*[@?#])/is.exec(text)?.[0];
  return scheme ? `"${scheme}…"` : JSON.stringify(text.slice(0, 100));
}
