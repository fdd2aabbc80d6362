/** The bounds that protect the service: one setting each, documented in `docs/ops/limits.md`. */

/** One bound. */
interface BoundSetting {
  variable: `QUOTA_${string}`;
  default: number;
  /** What is bounded, as in the documentation. */
  meaning: string;
}

/** Every bound by its name in the settings. */
export const BOUNDS = {
  max_connections: {
    variable: "QUOTA_MAX_CONNECTIONS",
    default: 20_000,
    meaning: "open connections, in all",
  },
  max_connections_per_address: {
    variable: "QUOTA_MAX_CONNECTIONS_PER_ADDRESS",
    default: 4000,
    meaning: "open connections from one address, unless it is a trusted proxy",
  },
  max_sockets: {
    variable: "QUOTA_MAX_SOCKETS",
    default: 10_000,
    meaning: "open WebSockets that watch a status, in all",
  },
  max_gateway_sockets: {
    variable: "QUOTA_MAX_GATEWAY_SOCKETS",
    default: 1000,
    meaning: "open WebSockets to the provider, in all",
  },
  max_sockets_per_address: {
    variable: "QUOTA_MAX_SOCKETS_PER_ADDRESS",
    default: 1000,
    meaning: "open WebSockets of one address, of both kinds",
  },
  max_header_bytes: {
    variable: "QUOTA_MAX_HEADER_BYTES",
    default: 16_384,
    meaning: "bytes of a request's head",
  },
  head_timeout_seconds: {
    variable: "QUOTA_HEAD_TIMEOUT_SECONDS",
    default: 30,
    meaning: "seconds for a caller to send the head of a request",
  },
  request_timeout_seconds: {
    variable: "QUOTA_REQUEST_TIMEOUT_SECONDS",
    default: 600,
    meaning: "seconds for a caller to send a whole request",
  },
  idle_timeout_seconds: {
    variable: "QUOTA_IDLE_TIMEOUT_SECONDS",
    default: 120,
    meaning: "seconds after which a connection without a request is closed",
  },
  first_byte_timeout_seconds: {
    variable: "QUOTA_FIRST_BYTE_TIMEOUT_SECONDS",
    default: 600,
    meaning: "seconds for the provider to begin a response, unless the call has `X-Quota-First-Byte-Timeout`",
  },
  silence_timeout_seconds: {
    variable: "QUOTA_SILENCE_TIMEOUT_SECONDS",
    default: 600,
    meaning:
      "seconds for which the provider may be silent within a response, unless the call has `X-Quota-Silence-Timeout`",
  },
  max_body_bytes: {
    variable: "QUOTA_MAX_BODY_BYTES",
    default: 67_108_864,
    meaning: "bytes of a body that the gateway forwards",
  },
  max_bodies_bytes: {
    variable: "QUOTA_MAX_BODIES_BYTES",
    default: 536_870_912,
    meaning: "bytes of all bodies that the gateway holds at the same time",
  },
  max_api_body_bytes: {
    variable: "QUOTA_MAX_API_BODY_BYTES",
    default: 1_048_576,
    meaning: "bytes of a body that the REST API reads",
  },
  api_calls_per_minute: {
    variable: "QUOTA_API_CALLS_PER_MINUTE",
    default: 30_000,
    meaning: "calls to the REST API by one key in 60 seconds; calls to the provider are not among them",
  },
  free_tries: {
    variable: "QUOTA_FREE_TRIES",
    default: 5,
    meaning: "wrong keys or pairing codes from one address, or for one key, before it has to wait",
  },
  max_workspaces: {
    variable: "QUOTA_MAX_WORKSPACES",
    default: 10_000,
    meaning: "workspaces at the same time; idle ones make room for new ones",
  },
  max_metrics_labels: {
    variable: "QUOTA_MAX_METRICS_LABELS",
    default: 100,
    meaning: "workspaces, and models, with series of their own in `/metrics`",
  },
} as const satisfies Record<string, BoundSetting>;

/** The bounds in force. */
export type Bounds = Record<keyof typeof BOUNDS, number>;

/** The bounds that hold if nothing is set. */
export function defaultBounds(): Bounds {
  return boundsOf((variable) => Object.values(BOUNDS).find((bound) => bound.variable === variable)!.default);
}

/** The bounds, with the value of each variable. */
export function boundsOf(valueOf: (variable: BoundVariable) => number): Bounds {
  return Object.fromEntries(Object.entries(BOUNDS).map(([name, { variable }]) => [name, valueOf(variable)])) as Bounds;
}

export type BoundVariable = (typeof BOUNDS)[keyof typeof BOUNDS]["variable"];
