/** The provider to which calls are sent, and the way to it. */
import { readNoProxy, readProxyUrl } from "../proxy.ts";
import { baseUrl, oneOf, secretOf } from "../readers.ts";
import type { Variable } from "../variable.ts";

/** The upstream where none is named. */
export const OPENAI_URL = "https://api.openai.com/v1";

const URL_WITHOUT_SECRETS = "an http or https URL, without user name, query or fragment";
const PROXY = "the URL of an http proxy, such as http://user:password@proxy:3128";

export const PROVIDER = {
  QUOTA_UPSTREAM_URL: {
    meaning: "the upstream: the API to which calls are sent",
    default: OPENAI_URL,
    accepts: URL_WITHOUT_SECRETS,
    read: baseUrl,
  },
  OPENAI_BASE_URL: {
    meaning: "an older name of `QUOTA_UPSTREAM_URL`; ignored if it is the service's own address",
    default: null,
    accepts: URL_WITHOUT_SECRETS,
    read: baseUrl,
  },
  OPENAI_API_KEY: {
    meaning: "the key for the upstream; without it each caller's own key is passed on",
    default: null,
    accepts: "a key of ASCII letters, digits and signs, without spaces",
    read: secretOf(1),
  },
  QUOTA_REQUEST_USAGE: {
    meaning: "whether the gateway requests usage in streams whose callers do not; `off` estimates it",
    default: "on",
    accepts: "on or off",
    read: oneOf("on", "off"),
  },
  HTTPS_PROXY: {
    meaning: "the proxy through which an https upstream is reached; it must allow CONNECT",
    default: null,
    accepts: PROXY,
    read: readProxyUrl,
    lower_case: true,
  },
  HTTP_PROXY: {
    meaning: "the proxy through which an http upstream is reached; it must allow CONNECT",
    default: null,
    accepts: PROXY,
    read: readProxyUrl,
    lower_case: true,
  },
  NO_PROXY: {
    meaning: "hosts that are reached directly, without the proxy",
    default: null,
    accepts: "* or hosts such as .example.org, 10.0.0.0/8, [fd00::1] or host:port",
    read: readNoProxy,
    lower_case: true,
  },
} satisfies Record<string, Variable>;
