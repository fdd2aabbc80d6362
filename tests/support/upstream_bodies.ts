/** The bodies of the mock upstream: the provider's shapes, as short as possible. */

/** The tokens of an answer, with the names of the chat endpoint. */
export const CHAT_USAGE = {
  prompt_tokens: 12,
  completion_tokens: 8,
  total_tokens: 20,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

/** The same tokens, with the names of the responses endpoint. */
export const RESPONSE_USAGE = {
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 8,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 20,
};

/** Tokens of an embedding. */
export const EMBEDDING_USAGE = { prompt_tokens: 6, total_tokens: 6 };

const CREATED = 1_795_000_000;
const WORDS = ["All", " is", " well", "."];

/** A finished chat completion. */
export function chatCompletion(model: string, usage: unknown = CHAT_USAGE): object {
  const message = { role: "assistant", content: WORDS.join(""), refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
  return { id: "chatcmpl-1", object: "chat.completion", created: CREATED, model, choices, usage };
}

/** The chunks of a streamed chat completion; the last has usage when it was requested. */
export function chatChunks(model: string, includeUsage: boolean, usage: unknown = CHAT_USAGE): object[] {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: CREATED,
    model,
    choices: [{ index: 0, delta, finish_reason }],
    ...(includeUsage ? { usage: null } : {}),
  });
  const chunks = [
    chunk({ role: "assistant", content: "" }),
    ...WORDS.map((content) => chunk({ content })),
    chunk({}, "stop"),
  ];
  return includeUsage ? [...chunks, { ...chunk({}), choices: [], usage }] : chunks;
}

/** A finished response. */
export function response(model: string, status = "completed", usage: unknown = RESPONSE_USAGE): object {
  const content = [{ type: "output_text", text: WORDS.join(""), annotations: [] }];
  const output = [{ type: "message", id: "msg-1", status, role: "assistant", content }];
  return { id: "resp-1", object: "response", created_at: CREATED, model, status, output, usage };
}

/** The events of a streamed response. */
export function responseEvents(model: string, usage: unknown = RESPONSE_USAGE): { type: string }[] {
  const opened = { ...response(model, "in_progress", null), output: [] };
  const deltas = WORDS.map((delta) => ({
    type: "response.output_text.delta",
    item_id: "msg-1",
    output_index: 0,
    content_index: 0,
    delta,
  }));
  const events = [
    { type: "response.created", response: opened },
    ...deltas,
    { type: "response.completed", response: response(model, "completed", usage) },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

/** A list of one embedding. */
export function embeddings(model: string, usage: unknown = EMBEDDING_USAGE): object {
  return { object: "list", data: [{ object: "embedding", index: 0, embedding: [0.1, 0.2, 0.3] }], model, usage };
}

/** An error in the provider's shape. */
export function errorBody(message: string, type: string, code: string | null): object {
  return { error: { message, type, param: null, code } };
}
