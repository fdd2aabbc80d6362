import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { ignoredLines, unknownNames } from "./environment.ts";
import { ignoredSentence, unknownSentence } from "./unknown_variables.ts";

const LINES: [string, string, number[]][] = [
  ["assignments, comments and blank lines", "A=1\n\n  # note\n export B = 'x' # why\nC=\n", []],
  ["values of several lines", "A=\"one\ntwo\nthree\"\nB='x\ny'\n", []],
  ["a name without a value", "PORT\nHOST=::1", [1]],
  ["a colon", "A=1\nPORT: 8787", [2]],
  ["a space", "PORT 8787\r\nA=1\r\n", [1]],
  ["a command", "echo hello", [1]],
  ["a key alone", "sk-secret", [1]],
];
for (const [name, text, lines] of LINES) {
  Deno.test(`.env: ${name} ${lines.length === 0 ? "are read" : "has no effect"}`, () => {
    assertEquals(ignoredLines(text), lines);
  });
}

/** A name, and the setting that was meant: `""` for none that is near, `null` for a name without a warning. */
const NAMES: [string, string | null][] = [
  ["QUOTA_MOD", "QUOTA_MODE"],
  ["quota_mode", "QUOTA_MODE"],
  ["QUOTA-MODE", "QUOTA_MODE"],
  ["QUOTA_GAUGE_URI", "QUOTA_GAUGE_URL"],
  ["QUOTA_COLOUR_OF_EVERYTHING", ""],
  ["QUOTA_PORT", "PORT"],
  ["QUOTA_TZ", "QUOTA_TIMEZONE"],
  ["QUOTA_ADMIN", "QUOTA_ADMIN_KEY"],
  ["QUOTA_TOKEN_LIMIT_PER_DAY", "OPENAI_TOKEN_LIMIT_PER_DAY"],
  ["OPENAI_RATE_LIMIT", "OPENAI_RATE_LIMIT_PER_MINUTE"],
  ["OPENAI_TOKEN_BUDGET", ""],
  ["OPENAI_RATE_LIMIT_PER_MIN", "OPENAI_RATE_LIMIT_PER_MINUTE"],
  ["OPENAI_TOKENS_PER_DAY", "OPENAI_TOKEN_LIMIT_PER_DAY"],
  ["OPENAI_BASEURL", "OPENAI_BASE_URL"],
  ["OPENAI_API_BASE", "QUOTA_UPSTREAM_URL"],
  ["OPENAI_KEY", "OPENAI_API_KEY"],
  ["OPENAI_APIKEY", "OPENAI_API_KEY"],
  // Without separators, with others, and with letters that have changed places, also in the prefix
  ["QUOTAPORT", "PORT"],
  ["QUOTA-PORT", "PORT"],
  ["quota_port", "PORT"],
  ["quotaPort", "PORT"],
  ["QUOTA__PORT", "PORT"],
  ["QUOTA_PROT", "PORT"],
  ["QOUTA_PORT", "PORT"],
  ["QUTOA_PORT", "PORT"],
  ["UQOTA_PORT", "PORT"],
  ["QUOT_PORT", "PORT"],
  ["QUOTTA_PORT", "PORT"],
  ["QUOTAS_PORT", "PORT"],
  ["QOUTAPORT", "PORT"],
  ["QUOTAMODE", "QUOTA_MODE"],
  ["qouta.mode", "QUOTA_MODE"],
  ["QOUTA_LIMIT_FILE", "QUOTA_LIMITS_FILE"],
  ["QUOTA_UPSTRAEM_URL", "QUOTA_UPSTREAM_URL"],
  ["QUOTA_UPSTREAMURL", "QUOTA_UPSTREAM_URL"],
  ["QUOTATIMEZONE", "QUOTA_TIMEZONE"],
  ["OPENAIAPIKEY", "OPENAI_API_KEY"],
  ["OPENAI-API-KEY", "OPENAI_API_KEY"],
  ["openai_api_key", "OPENAI_API_KEY"],
  ["OPEN_AI_API_KEY", "OPENAI_API_KEY"],
  ["OPNAI_API_KEY", "OPENAI_API_KEY"],
  ["OPENIA_API_KEY", "OPENAI_API_KEY"],
  ["OPENAI_AIP_KEY", "OPENAI_API_KEY"],
  ["OPENAI_BASE_ULR", "OPENAI_BASE_URL"],
  ["OpenAI_BaseUrl", "OPENAI_BASE_URL"],
  ["OPENAI_API_BASE_URL", "QUOTA_UPSTREAM_URL"],
  ["OPENAI_RATE_LIMITS", "OPENAI_RATE_LIMIT_PER_MINUTE"],
  ["OPENAI_RATELIMIT_PER_DAY", "OPENAI_RATE_LIMIT_PER_DAY"],
  ["QUOTA_MODE", null],
  ["QUOTA_KEY", null],
  ["OPENAI_ORG_ID", null],
  ["OPENAI_ADMIN_KEY", null],
  ["OPENAI_API_VERSION", null],
  ["OPENAI_DEFAULT_ASSISTANT", null],
  ["OPENAI_HOST", null],
  ["OPENAI_MODEL", null],
  ["OPENAI_PROJECT_ID", null],
  ["OPENAI_LOG", null],
  ["OPENAI_WEBHOOK_SECRET", null],
  ["OPENAI_CUSTOM_HEADERS", null],
  // Variables of other programs
  ["OPENAI_ORGANIZATION", null],
  ["OPENAI_ORG", null],
  ["OPENAI_ORG_KEY", null],
  ["OPENAI_PROXY", null],
  ["OPENAI_PROXY_URL", null],
  ["OPENAI_REVERSE_PROXY", null],
  ["OPENAI_API_HOST", null],
  ["OPENAI_API_MODEL", null],
  ["OPENAI_API_KEY_FILE", null],
  ["OPENAI_API_KEY_2", null],
  ["OPENAI_BASE_URL_PROD", null],
  ["OPENAI_DEBUG", null],
  ["OPENAI_TIMEOUT", null],
  ["OPENAI_MAX_TOKENS", null],
  ["OPENAI_AGENTS_DISABLE_TRACING", null],
  ["OPENAI_EMBEDDING_MODEL", null],
  ["AZURE_OPENAI_API_KEY", null],
  ["OPENAPI_KEY", null],
  ["OPENAPI_URL", null],
  ["OPENAIRE_TOKEN", null],
  ["OPEN_BROWSER", null],
  ["OPEN_API_KEY", null],
  ["QUOTE_KEY", null],
  ["QUOTES_PORT", null],
  ["QUORA_API_KEY", null],
  ["QUOTATION_SERVICE_URL", null],
  ["QUOTAGUARD_URL", null],
  ["QUOTAGUARDSTATIC_URL", null],
  ["QUARKUS_HTTP_PORT", null],
  ["QT_QPA_PLATFORM", null],
  ["QEMU_AUDIO_DRV", null],
  ["QUEUE_URL", null],
  ["QUEUE_PORT", null],
  ["PATH", null],
  ["PROT", null],
];
for (const [name, meant] of NAMES) {
  Deno.test(`the environment: ${name} ${meant === null ? "is not named" : `is named, with ${meant || "no setting"}`}`, () => {
    const sentences = unknownNames({ [name]: "1" }).map(unknownSentence).filter((sentence) => sentence !== null);
    const remedy = meant === "" ? "" : `: did you mean ${meant}?`;
    assertEquals(sentences, meant === null ? [] : [`${name} is not a setting, so it has no effect${remedy}`]);
  });
}

Deno.test("in .env, which is the service's own, every name near a setting is named", () => {
  const names = ["PROT", "QOUTA_MODE", "http_proxy", "HTTP_PROXI", "DATABASE", "OPENAI_LOG", "RATE_LIMIT_PER_MINUTE"];
  const found = unknownNames({}, Object.fromEntries(names.map((name) => [name, "1"]))).map(unknownSentence);
  assertEquals(found.filter((sentence) => sentence !== null).map((sentence) => sentence.split(" ")[0]), [
    "PROT",
    "QOUTA_MODE",
    "HTTP_PROXI",
    "RATE_LIMIT_PER_MINUTE",
  ]);
});

Deno.test("a sentence about a line names the setting that was probably meant, and never shows a value", () => {
  assertStringIncludes(ignoredSentence(3, "QUOTA_TIMEZON Europe/Berlin"), "Line 3 of .env");
  assertStringIncludes(ignoredSentence(3, "QUOTA_TIMEZON Europe/Berlin"), "write QUOTA_TIMEZONE=value");
  assertEquals(ignoredSentence(1, "sk-secret"), 'Line 1 of .env has no "=", so it has no effect: write NAME=value');
});
