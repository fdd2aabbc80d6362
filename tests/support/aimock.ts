/** An upstream from npm: aimock answers every chat, response and embedding, and keeps a journal. */
import { createServer, type Fixture, isChatCompletionBody, type JournalEntry } from "@copilotkit/aimock";

/** One request, as aimock recorded it. */
interface JournalLine {
  method: string;
  path: string;
  status: number;
  stream: boolean;
  /** The usage in its answer: zero for an error, and for an embedding, for which aimock counts nothing. */
  input_tokens: number;
  output_tokens: number;
}

export interface AiMock {
  /** For `QUOTA_UPSTREAM_URL`: ends in `/v1`. */
  url: string;
  /** Every request since the start, oldest first. */
  journal(): JournalLine[];
  /** The answers, tried in order: a test may insert its own at the front. */
  fixtures: Fixture[];
  close(): Promise<void>;
}

const ANSWER = "Every word of this answer is counted once.";
const OUTPUT_TOKENS = 9;

/** Starts aimock on a free loopback port. Longer questions cost more tokens, so that the tokens identify a call. */
export async function startAiMock(): Promise<AiMock> {
  const fixtures: Fixture[] = [
    {
      match: { predicate: () => true, endpoint: "chat" },
      response: (request) => ({ content: ANSWER, usage: usage(inputTokens(request)) }),
    },
    { match: { inputText: /[^]*/, endpoint: "embedding" }, response: { embedding: [0.1, 0.2, 0.3] } },
  ];
  // Not its `LLMock`: `stop` there waits for idle connections forever.
  const { url, server, journal } = await createServer(fixtures, { port: 0, journalMaxEntries: 0, chunkSize: 8 });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `${url}/v1`, fixtures, journal: () => journal.getAll().map(line), close };
}

/** Each API has its own names; aimock keeps those that apply. */
function usage(input: number): Record<string, number> {
  return {
    prompt_tokens: input,
    completion_tokens: OUTPUT_TOKENS,
    input_tokens: input,
    output_tokens: OUTPUT_TOKENS,
  };
}

function inputTokens(request: { messages: { content: unknown }[] }): number {
  return request.messages.reduce((sum, { content }) => sum + String(content).length, 5);
}

function line({ method, path, body, response }: JournalEntry): JournalLine {
  const chat = isChatCompletionBody(body) && body._endpointType === "chat" && response.status === 200 ? body : null;
  return {
    method,
    path,
    status: response.status,
    stream: isChatCompletionBody(body) && body.stream === true,
    input_tokens: chat ? inputTokens(chat) : 0,
    output_tokens: chat ? OUTPUT_TOKENS : 0,
  };
}
