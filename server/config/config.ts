/** The service's settings, read from environment variables. */
import type { PublicUrl } from "../access/public_url.ts";
import type { LogLevel } from "../runtime/log.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import type { Limits } from "../core/limits.ts";
import { proxyFor, type ProxySettings } from "./proxy.ts";
import { chooseUpstream } from "./upstream.ts";
import type { Variable } from "./variable.ts";
import { type VariableName, VARIABLES } from "./variables.ts";
import { OPENAI_URL } from "./variables/provider.ts";

/** The service's settings. */
export interface Config {
  host: string;
  port: number;
  /** No trailing slash. */
  upstream_url: string;
  /** A sentence for the start, about the variable that names the upstream; `null` where it is right. */
  upstream_warning: string | null;
  /** The upstream key; `null` forwards the caller's own. */
  upstream_key: string | null;
  /** URL of the proxy through which the upstream is reached, with its credentials; `null` for none. */
  upstream_proxy: string | null;
  /** Whether the gateway requests usage in streams whose callers do not. */
  requests_usage: boolean;
  limits: Limits;
  warning_ratio: number;
  mode: "enforce" | "observe";
  store: string;
  /** `answer`: the last bytes of an answer wait for its row. */
  durability: "answer" | "bounded";
  /** Days after which attempts are deleted. */
  retention_days: number;
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
  /** Paths of the certificate and its key, for HTTPS; `null` serves HTTP. */
  tls: { cert: string; key: string } | null;
  bounds: Bounds;
  log_level: LogLevel;
  /** Whether the log has a line for each request. */
  access_log: boolean;
}

type Upstream = ReturnType<typeof chooseUpstream>;

const HALF_TLS = "QUOTA_TLS_CERT, QUOTA_TLS_KEY: HTTPS needs both";

/** Lists every wrong setting, each with the values that its variable accepts. */
export class ConfigError extends Error {
  override name = "ConfigError";
  /** @param warnings sentences about what has no effect: a wrong setting may follow from that. */
  constructor(readonly faults: string[], warnings: string[] = []) {
    const title = `Cannot start: ${faults.length} setting${faults.length > 1 ? "s are" : " is"} wrong.`;
    super([title, ...[...faults, ...warnings].map((sentence) => `  - ${sentence}`)].join("\n"));
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
  if ((values.QUOTA_TLS_CERT === null) !== (values.QUOTA_TLS_KEY === null)) faults.push(HALF_TLS);
  if (faults.length > 0) throw new ConfigError(faults);
  const upstream = upstreamOf(values, Boolean(environment.QUOTA_UPSTREAM_URL?.trim()));
  if (upstream.fault !== null) throw new ConfigError([upstream.fault]);
  return assemble(values, upstream);
}

function upstreamOf(values: Record<VariableName, unknown>, isNamed: boolean): Upstream {
  const named = {
    QUOTA_UPSTREAM_URL: isNamed ? values.QUOTA_UPSTREAM_URL as string : null,
    OPENAI_BASE_URL: values.OPENAI_BASE_URL as string | null,
  };
  const [host, port] = [values.HOST as string, values.PORT as number];
  return chooseUpstream(named, OPENAI_URL, { host, port, public_url: values.QUOTA_PUBLIC_URL as PublicUrl | null });
}

function assemble(values: Record<VariableName, unknown>, { upstream_url, warning }: Upstream): Config {
  return {
    host: values.HOST as string,
    port: values.PORT as number,
    upstream_url,
    upstream_warning: warning,
    upstream_key: values.OPENAI_API_KEY as string | null,
    upstream_proxy: proxyFor(upstream_url, values as Record<VariableName, unknown> & ProxySettings),
    requests_usage: values.QUOTA_REQUEST_USAGE === "on",
    limits: {
      requests_per_minute: values.OPENAI_RATE_LIMIT_PER_MINUTE as number,
      requests_per_day: values.OPENAI_RATE_LIMIT_PER_DAY as number,
      tokens_per_minute: values.OPENAI_TOKEN_LIMIT_PER_MINUTE as number,
      tokens_per_day: values.OPENAI_TOKEN_LIMIT_PER_DAY as number | null,
    },
    warning_ratio: values.QUOTA_WARNING_RATIO as number,
    mode: values.QUOTA_MODE as Config["mode"],
    store: values.QUOTA_STORE as string,
    durability: values.QUOTA_DURABILITY as Config["durability"],
    retention_days: values.QUOTA_RETENTION_DAYS as number,
    limits_file: values.QUOTA_LIMITS_FILE as string,
    admin_key: values.QUOTA_ADMIN_KEY as string | null,
    admin_reset_key: values.QUOTA_ADMIN_RESET_KEY as string | null,
    timezone: values.QUOTA_TIMEZONE as string,
    public_url: values.QUOTA_PUBLIC_URL as PublicUrl | null,
    trusted_proxies: (values.QUOTA_TRUSTED_PROXIES ?? []) as string[],
    allowed_origins: (values.QUOTA_ALLOWED_ORIGINS ?? []) as string[],
    tls: tlsOf(values),
    bounds: boundsOf((variable) => values[variable] as number),
    log_level: values.QUOTA_LOG_LEVEL as LogLevel,
    access_log: values.QUOTA_ACCESS_LOG === "on",
  };
}

function tlsOf({ QUOTA_TLS_CERT: cert, QUOTA_TLS_KEY: key }: Record<VariableName, unknown>): Config["tls"] {
  return cert === null ? null : { cert: cert as string, key: key as string };
}

/** A wrong value as the error shows it, without keys and without the parts of a URL that may hold a secret. */
function shown(name: VariableName, text: string): string {
  // A private key may have been given in place of its path.
  if (name.endsWith("_KEY") || (name.endsWith("_PROXY") && text.includes("@"))) return "…";
  const scheme = /^[a-z][a-z0-9+.-]*:(?=.*[@?#])/is.exec(text)?.[0];
  return scheme ? `"${scheme}…"` : JSON.stringify(text.slice(0, 100));
}
