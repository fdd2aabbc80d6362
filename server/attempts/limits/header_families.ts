/** The names of rate-limit headers, by provider, and what they report. Names are built once: building them per call costs more than reading the headers. */

/** One limit. `reset_ms` counts from the response's arrival. */
export interface ReportedLimit {
  limit: number;
  remaining: number;
  reset_ms: number | null;
}

/** Both units; `null` if the provider reports no limit for one. */
export interface ReportedLimits {
  requests: ReportedLimit | null;
  tokens: ReportedLimit | null;
}

/** Three headers that report one limit. */
export interface Family {
  unit: "requests" | "tokens";
  limit: string;
  remaining: string;
  reset: string;
}

/** @param pattern with `*` in place of `limit`, `remaining` and `reset`. */
const family = (unit: Family["unit"]) => (pattern: string): Family => ({
  unit,
  limit: pattern.replace("*", "limit"),
  remaining: pattern.replace("*", "remaining"),
  reset: pattern.replace("*", "reset"),
});

/** OpenAI's, which Azure, Groq, xAI and many others send, too. */
export const OPENAI_FAMILIES: readonly Family[] = [
  ...["x-ratelimit-*-requests", "x-ratelimit-*-project-requests"].map(family("requests")),
  ...["x-ratelimit-*-tokens", "x-ratelimit-*-project-tokens", "x-ratelimit-*-tokens_usage_based"].map(family("tokens")),
];

/** Those of other providers, of proxies, and of the drafts for a standard. */
export const FAMILIES: readonly Family[] = [
  ...[
    // Anthropic
    "anthropic-ratelimit-requests-*",
    // Cerebras, SambaNova, Mistral
    "x-ratelimit-*-requests-minute",
    "x-ratelimit-*-requests-hour",
    "x-ratelimit-*-requests-day",
    "x-ratelimit-*-req-minute",
    // Azure's API Management; LiteLLM in front of another provider
    "x-ms-ratelimit-*-requests",
    "llm_provider-x-ratelimit-*-requests",
    // OpenRouter, Together and others; the drafts before `RateLimit` alone had all
    "x-ratelimit-*",
    "ratelimit-*",
    "ratelimit-*-requests",
    "x-rate-limit-*",
  ].map(family("requests")),
  ...[
    "anthropic-ratelimit-tokens-*",
    "anthropic-ratelimit-input-tokens-*",
    "anthropic-ratelimit-output-tokens-*",
    "x-ratelimit-*-tokens-minute",
    "x-ratelimit-*-tokens-hour",
    "x-ratelimit-*-tokens-day",
    "x-ratelimit-*-input-tokens",
    "x-ratelimit-*-output-tokens",
    // Fireworks
    "x-ratelimit-*-tokens-prompt",
    "x-ratelimit-*-tokens-generated",
    "x-ms-ratelimit-*-tokens",
    "llm_provider-x-ratelimit-*-tokens",
    "ratelimit-*-tokens",
    // Mistral, Together
    "ratelimitbysize-*",
    "x-ratelimitbysize-*-minute",
    "x-ratelimitbysize-*-month",
    "x-tokenlimit-*",
  ].map(family("tokens")),
];

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
export const POLICY_HEADERS = ["ratelimit", "ratelimit-policy"] as const;
