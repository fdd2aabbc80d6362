/** The exports of the OpenAI SDK that can make a call, and those that cannot. */

/** The SDK's package names: on npm, on JSR, and in JSR's npm registry. */
export const SDK_NAMES: readonly string[] = ["openai", "@openai/openai", "@jsr/openai__openai"];

/**
 * Exports of the SDK that make no client: errors, helpers, and types that are imported without `type`. The list has the
 * harmless exports rather than the clients, so that a client of a later version is found, too.
 */
const HARMLESS_NAMES = new Set([
  "APIConnectionError",
  "APIConnectionTimeoutError",
  "APIError",
  "APIPromise",
  "APIUserAbortError",
  "AuthenticationError",
  "AzureClientOptions",
  "BadRequestError",
  "BedrockClientOptions",
  "ClientOptions",
  "ComputerDriver",
  "ComputerToolset",
  "ConflictError",
  "DataResidency",
  "InternalServerError",
  "InvalidWebhookSignatureError",
  "NotFoundError",
  "OAuthError",
  "OpenAIError",
  "PagePromise",
  "PermissionDeniedError",
  "RateLimitError",
  "SubjectTokenProviderError",
  "UnprocessableEntityError",
  "Uploadable",
  "fileFromPath",
  "toFile",
  "toStreamingFile",
]);

/** Modules that make no client: their exports are data, or take a client as an argument. */
const HARMLESS_PATHS = [
  /^(?:core\/)?(?:api-promise|error|pagination|resource|streaming|uploads)$/,
  /^(?:helpers|lib|shims)\/./,
  /^resources(?:$|\/(?!(?:.*\/)?(?:ws|websocket)(?:-[a-z]+)?$))/,
  /^(?:auth|version|package\.json)$/,
];

/**
 * Whether an export of the SDK cannot make a call by itself.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isHarmlessName } from "./sdk_exports.ts";
 *
 * assert(isHarmlessName("RateLimitError"));
 * assert(!isHarmlessName("AzureOpenAI"));
 * assert(!isHarmlessName("default"));
 * assert(!isHarmlessName("*"));
 * ```
 */
export function isHarmlessName(name: string): boolean {
  return HARMLESS_NAMES.has(name);
}

/**
 * Whether no export of a module of the SDK can make a call by itself. The WebSocket classes can: they do not use `fetch`.
 *
 * @param path relative to the package, without extension.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isHarmlessPath } from "./sdk_exports.ts";
 *
 * assert(isHarmlessPath("helpers/zod"));
 * assert(isHarmlessPath("resources/chat"));
 * assert(!isHarmlessPath("azure"));
 * assert(!isHarmlessPath("resources/responses/ws"));
 * ```
 */
export function isHarmlessPath(path: string): boolean {
  return HARMLESS_PATHS.some((pattern) => pattern.test(path));
}
