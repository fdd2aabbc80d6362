/** What only the endpoint tells of a usage: that its output is audio or an image, and how much of another unit was used. */
import type { UsageParts } from "../../../shared/tokens.ts";
import type { TokenUsage } from "../../../shared/usage.ts";
import { fieldsOf, isObject, parseJson } from "../json.ts";

const AUDIO_OR_IMAGE =
  /(?:^|\/)(?:audio\/(speech|transcriptions|translations)|(images)\/(?:edits|generations|variations))$/;

/** The exchange whose units are read. */
interface EndpointUsage {
  endpoint: string;
  /** The tokens that the answer reports; `null` where it reports none. */
  usage: TokenUsage | null;
  parts: UsageParts | null;
  /** The seconds that it is billed by; omitted where it is not. */
  seconds?: unknown;
  /** The parsed answer; `undefined` for a file. */
  body: unknown;
  /** The request's JSON; `null` for a form. */
  requestJson: string | null;
}

/**
 * The parts of a usage, with those that its endpoint tells. Audio and images that an answer reports in tokens are billed by
 * these, others by seconds, characters or images.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withEndpointUnits } from "./endpoint_units.ts";
 *
 * const requestJson = JSON.stringify({ model: "tts-1", input: "Hello" });
 * const call = { endpoint: "audio/speech", usage: null, parts: null, body: undefined, requestJson };
 * assert.deepEqual(withEndpointUnits(call), { characters: 5 });
 * ```
 */
export function withEndpointUnits(
  { endpoint, usage, parts, seconds, body, requestJson }: EndpointUsage,
): UsageParts | null {
  if (seconds !== undefined) return withUnit(parts, "audio_seconds", secondsOf(seconds));
  if (endpoint !== last.endpoint) last = { endpoint, kind: AUDIO_OR_IMAGE.exec(endpoint) };
  if (last.kind === null) return parts;
  const [, action, images] = last.kind;
  const output = images ? "output_image_tokens" : action === "speech" ? "output_audio_tokens" : null;
  if (usage?.total_tokens) return output === null ? parts : withOutput(parts, output, usage);
  if (images) return withUnit(parts, "images", imagesIn(body, requestJson));
  if (action === "speech") return withUnit(parts, "characters", charactersIn(requestJson));
  // Verbose answers have the length of the audio.
  return withUnit(parts, "audio_seconds", secondsOf(fieldsOf(body).duration));
}

/** Of the answer before: most repeat its endpoint. */
let last: { endpoint: string; kind: RegExpExecArray | null } = { endpoint: "", kind: null };

/** These endpoints put out nothing but audio or images, also where no detail says so. */
function withOutput(
  parts: UsageParts | null,
  part: keyof UsageParts,
  { output_tokens }: TokenUsage,
): UsageParts | null {
  return parts?.[part] === undefined ? withUnit(parts, part, output_tokens) : parts;
}

function withUnit(parts: UsageParts | null, unit: keyof UsageParts, count: number): UsageParts | null {
  return count > 0 ? { ...parts, [unit]: count } : parts;
}

/** The images of a large answer are not kept, so those that were requested count; a form does not tell how many. */
function imagesIn(body: unknown, requestJson: string | null): number {
  const { data } = fieldsOf(body);
  if (Array.isArray(data)) return data.length;
  if (!isObject(body) || requestJson === null) return 0;
  const { n = 1 } = fieldsOf(parseJson(requestJson));
  return Number.isInteger(n) ? Number(n) : 0;
}

/** Characters, not UTF-16 units: an emoji is one. */
function charactersIn(requestJson: string | null): number {
  const { input } = fieldsOf(requestJson === null ? undefined : parseJson(requestJson));
  return typeof input === "string" ? [...input].length : 0;
}

/** The longest audio that is believed, a year: longer is a mistake. */
const MAX_SECONDS = 366 * 86_400;

function secondsOf(value: unknown): number {
  // Any other value may be an object of which no number can be made.
  const seconds = typeof value === "string" ? Number(value) : typeof value === "number" ? value : 0;
  return seconds > 0 && seconds <= MAX_SECONDS ? seconds : 0;
}
