/** What of the OpenAI SDK can make a call, and what cannot. */

/** The SDK's names: on npm, on JSR, and JSR's by way of npm. */
export const SDK_NAMES: readonly string[] = ["openai", "@openai/openai", "@jsr/openai__openai"];

/**
 * What the SDK exports that makes no client: errors, helpers, and types that were imported without saying `type`. A list
 * of what is harmless rather than of clients, so that a client of a later version is found too.
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

/** Modules of which nothing makes a client: what they export is data, or has to be given a client. */
const HARMLESS_PATHS = [
  /^(?:core\/)?(?:api-promise|error|pagination|resource|streaming|uploads)$/,
  /^(?:helpers|lib|shims)\/./,
  /^resources(?:$|\/(?!(?:.*\/)?(?:ws|websocket)(?:-[a-z]+)?$))/,
  /^(?:auth|version|package\.json)$/,
];

/**
 * Whether an export of the SDK can make no call by itself.
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
 * Whether no export of a module of the SDK can make a call by itself. The WebSocket classes can: they send past every
 * `fetch`.
 *
 * @param path within the package, without extension.
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
