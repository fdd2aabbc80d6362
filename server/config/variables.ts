/** Every environment variable: its default, its accepted values, and how it is read. */
import { BOUNDS, type BoundVariable } from "./bounds.ts";
import { parsePublicUrl } from "../access/public_url.ts";
import { LOG_LEVELS } from "../runtime/log.ts";
import { readNoProxy, readProxyUrl } from "./proxy.ts";
import { baseUrl, count, oneOf, originList, pemPath, proxyList, secretOf, zone } from "./readers.ts";

/** One variable, as `readConfig` and `--help` use it. */
export interface Variable {
  default: string | null;
  accepts: string;
  /** Returns `undefined` for a text that it does not accept. */
  read: (text: string) => unknown;
  /** Its name in lower case is read too, and goes first, as in most programs that read this variable. */
  lower_case?: true;
}

/** The upstream where none is named. */
export const OPENAI_URL = "https://api.openai.com/v1";

const URL_WITHOUT_SECRETS = "an http or https URL, without user name, query or fragment";
const LIMIT = "a whole number from 1";
const PROXY = "the URL of an http proxy, such as http://user:password@proxy:3128";

/** Every variable that is not a bound. */
const SETTINGS = {
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
  QUOTA_UPSTREAM_URL: { default: OPENAI_URL, accepts: `the provider's address: ${URL_WITHOUT_SECRETS}`, read: baseUrl },
  OPENAI_BASE_URL: {
    default: null,
    accepts: `an older name of QUOTA_UPSTREAM_URL: ${URL_WITHOUT_SECRETS}; ignored if it is the service's own address`,
    read: baseUrl,
  },
  OPENAI_API_KEY: {
    default: null,
    accepts: "a key of ASCII letters, digits and signs, without spaces",
    read: secretOf(1),
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
  QUOTA_RETENTION_DAYS: {
    default: "400",
    accepts: "a whole number of days from 2, after which attempts are deleted; their sums stay",
    // Fewer would delete attempts of the day that is counted.
    read: (text) => /^\d{1,6}$/.test(text) && Number(text) >= 2 ? Number(text) : undefined,
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
  QUOTA_ADMIN_KEY: { default: null, accepts: "at least 16 ASCII characters without spaces", read: secretOf(16) },
  QUOTA_ADMIN_RESET_KEY: { default: null, accepts: "at least 8 ASCII characters without spaces", read: secretOf(8) },
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
  QUOTA_TLS_CERT: {
    default: null,
    accepts: "the path of a PEM file with a certificate and its chain; serves HTTPS",
    read: pemPath,
  },
  QUOTA_TLS_KEY: {
    default: null,
    accepts: "the path of a PEM file with the certificate's private key, without a passphrase",
    read: pemPath,
  },
  QUOTA_LOG_LEVEL: { default: "info", accepts: LOG_LEVELS.join(", "), read: oneOf(...LOG_LEVELS) },
  QUOTA_ACCESS_LOG: {
    default: "off",
    accepts: "on or off: a line in the log for each request",
    read: oneOf("on", "off"),
  },
} satisfies Record<string, Variable>;

/** Every variable, in the order in which `--help` shows them. */
export const VARIABLES: Record<VariableName, Variable> = { ...SETTINGS, ...boundVariables() };

export type VariableName = keyof typeof SETTINGS | BoundVariable;

function boundVariables() {
  const entries = Object.values(BOUNDS).map(({ variable, default: value, meaning }) =>
    [variable, { default: `${value}`, accepts: `${LIMIT}: ${meaning}`, read: count }] as const
  );
  return Object.fromEntries(entries) as Record<BoundVariable, Variable>;
}
