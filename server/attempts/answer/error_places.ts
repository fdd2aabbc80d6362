/** Finds the error in the body of a 200 or in an event, in each shape that providers use. */
import { LongText } from "../../core/json/long_values.ts";
import { fieldsOf, isObject } from "../json.ts";

type Fields = Record<string, unknown>;

/** The members of an error that stands in the body itself. */
export const ERROR_NAMES = [
  "error",
  "Error",
  "errors",
  "fault",
  "__type",
  "code",
  "message",
  "msg",
  "detail",
  "success",
  "ok",
  "error_code",
  "error_msg",
  "error_message",
  "base_resp",
] as const;

/** Members that hold an answer. A body with one of them, not empty, is no error for its code alone. */
const PAYLOAD_NAMES = [
  "choices",
  "data",
  "output",
  "output_text",
  "content",
  "results",
  "result",
  "embeddings",
  "text",
  "candidates",
] as const;

/** Endpoints that answer a call with its result. Elsewhere an answer may be a job, whose error is not the call's. */
const ANSWERS_DIRECTLY =
  /(?:^|\/)(?:chat\/completions|completions|responses|embeddings|moderations|messages|rerank|realtime|live|images\/\w+|audio\/\w+)$/;

/** The content of a file may be anything. */
const CONTENT = /\/content$/;

/**
 * The error in a successful answer; `undefined` if it has none.
 *
 * @param endpoint of the call.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { errorValue } from "./error_places.ts";
 *
 * assert.equal(errorValue({ error: "overloaded" }, "chat/completions"), "overloaded");
 * assert.equal(errorValue({ id: "ftjob-1", object: "fine_tuning.job", error: { code: "c" } }, "fine_tuning/jobs"), undefined);
 * ```
 */
export function errorValue(body: unknown, endpoint: string): unknown {
  if (Array.isArray(body)) return body.length > 0 ? errorOfAll(body, endpoint) : undefined;
  if (endpoint !== last.endpoint) last = kindOf(endpoint);
  const { isContent, answersDirectly } = last;
  if (!isObject(body) || isContent) return undefined;
  if (!answersDirectly && isJob(body)) return undefined;
  return innerError(body) ?? choiceError(body.choices) ?? flatError(body, answersDirectly);
}

/** Of the call before: most repeat its endpoint. */
let last = kindOf("");

function kindOf(endpoint: string): { endpoint: string; isContent: boolean; answersDirectly: boolean } {
  return { endpoint, isContent: CONTENT.test(endpoint), answersDirectly: ANSWERS_DIRECTLY.test(endpoint) };
}

/** Gemini answers with an array of one error. */
function errorOfAll(parts: unknown[], endpoint: string): unknown {
  const errors = parts.map((part) => Array.isArray(part) ? undefined : errorValue(part, endpoint));
  return errors.includes(undefined) ? undefined : errors[0];
}

/** A resource that is created or retrieved. Its error, if it has one, describes the job. */
function isJob({ object, id, status }: Fields): boolean {
  return typeof object === "string" ? object !== "error" : typeof id === "string" && typeof status === "string";
}

/** The error in a member: of the body, of the response in an event, or of MiniMax's status. */
export function innerError(body: Fields): unknown {
  const { errors, base_resp } = body;
  const error = body.error ?? body.Error ?? body.fault;
  if (isError(error)) return error === true ? { ...body, error: undefined } : error;
  const { error: ofResponse } = fieldsOf(body.response);
  if (isError(ofResponse)) return ofResponse;
  if (Array.isArray(errors) && isError(errors)) return errors;
  const { status_code, status_msg } = fieldsOf(base_resp);
  return isFailureCode(status_code) ? { code: status_code, message: status_msg } : undefined;
}

/** OpenRouter puts the error of a model's provider into its choice. */
function choiceError(choices: unknown): unknown {
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices) {
    const { error, finish_reason } = fieldsOf(choice);
    if (isError(error)) return error;
    if (finish_reason === "error") return { code: "error" };
  }
  return undefined;
}

/** Code and message in the body itself. */
function flatError(body: Fields, answersDirectly: boolean): unknown {
  const { type, object, code, success, ok, error_code } = body;
  if (type === "error" || object === "error" || type === "response.failed") return body;
  if (isFailureCode(error_code)) return body;
  if (PAYLOAD_NAMES.some((name) => hasContent(body[name]))) return undefined;
  if (success === false || ok === false || isText(body.__type)) return body;
  const message = body.message ?? body.msg ?? body.detail ?? body.error_message;
  if (!isText(message) && !Array.isArray(message) || !isError(message)) return undefined;
  if (isFailureCode(code)) return body;
  return answersDirectly && (code === undefined || code === null) && saysOnlyThat(body) ? body : undefined;
}

/** An answer of a model has more members than a message and what belongs to it. */
const BESIDE_MESSAGE = new Set(
  ["message", "msg", "detail", "type", "param", "status", "code", "request_id", "requestId", "timestamp", "path"],
);

/** The types of errors. Some events of a stream have a message and another type. */
const ERROR_TYPE = /err|exception|fail|invalid|denied|limit|overload/i;

function saysOnlyThat(body: Fields): boolean {
  const { type, status } = body;
  if ((isText(type) && !ERROR_TYPE.test(String(type))) || (isText(status) && isSuccessWord(status))) return false;
  return Object.keys(body).every((name) => BESIDE_MESSAGE.has(name) || !isFilled(body[name]));
}

/** Whether a value is an error, and not an empty one or one that says "success". */
function isError(value: unknown): boolean {
  if (isText(value)) return !isSuccessWord(value);
  if (Array.isArray(value)) return value.some(isError);
  if (!isObject(value)) return value === true;
  const { code, message, msg, type } = value;
  if (code !== undefined && !isFailureCode(code) && !isText(type) && (!isText(message) || isSuccessWord(message))) {
    return false;
  }
  return [code, message, msg, type].some(isFilled) || Object.values(value).some(isFilled);
}

function isFilled(value: unknown): boolean {
  if (isObject(value)) return value instanceof LongText || Object.values(value).some(isFilled);
  return value !== undefined && value !== null && value !== "" && value !== false && value !== 0;
}

const SUCCESS = /^(?:0+|2\d\d|ok|success|succeeded|successful|none|null|)$/i;

function isFailureCode(code: unknown): boolean {
  return (typeof code === "string" || typeof code === "number") && !SUCCESS.test(String(code).trim());
}

function isSuccessWord(value: string | LongText): boolean {
  return typeof value === "string" && SUCCESS.test(value.trim().replace(/[.!]$/, ""));
}

function isText(value: unknown): value is string | LongText {
  return value instanceof LongText || (typeof value === "string" && value !== "");
}

function hasContent(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "string" ? value !== "" : isObject(value) && Object.keys(value).length > 0;
}
