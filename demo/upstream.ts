/** The demo's provider: a mock that streams canned answers at the pace of a real model. */
import { createServer, type Fixture } from "@copilotkit/aimock";

/** Canned answers by pattern of the question; the last one matches everything. */
const ANSWERS: [RegExp, string][] = [
  [
    /rollback|plan|steps/i,
    "1. Stop the rollout at the current share.\n2. Switch the flag boards_v2 off; that takes a minute.\n" +
    "3. Restore the last search index from the hourly copy.\n4. Tell support which customers saw the new page.",
  ],
  [/headline|shorter|title/i, "“Find it before you finish typing.” Seven words, and it is true since Tuesday."],
  [/risk/i, "The index rebuild takes forty minutes, two partners still call the old export, and Friday is a holiday."],
  [
    /customer|explain|answer/i,
    "You could say: everything you see on the board is in the file, archived cards as well. Roles decide who sees " +
    "a board, not what an export holds. If a card is missing, its board is not shared with you.",
  ],
  [/picture|illustration|alternative text/i, "A lighthouse at dusk whose beam falls on a neat row of index cards."],
  [/export|api/i, "The export takes a `since` parameter now and streams, so that a large board no longer times out."],
  [
    /sum up|summary|away/i,
    "The release branch is cut and ships on Thursday. The newsletter is written and Tomás is setting it. " +
    "Support asked about exports three times; an answer is drafted. Nothing waits for you.",
  ],
  [
    /./s,
    "Good question. From what was said here, I would start small: try it with one team, look at the numbers on " +
    "Thursday, and only then tell everybody. Shall I draft the message?",
  ],
];

/** An estimate of the tokens in a text. */
const tokens = (text: string) => Math.ceil(text.length / 4);

/** Starts the mock on a free loopback port. */
export async function startDemoUpstream(): Promise<{ url: string; close(): Promise<void> }> {
  const chat: Fixture = {
    match: { predicate: () => true, endpoint: "chat" },
    response: ({ messages }) => {
      const asked = messages.map(({ content }) => String(content));
      const content = ANSWERS.find(([tone]) => tone.test(asked.at(-1) ?? ""))![1];
      const usage = { prompt_tokens: tokens(asked.join("")) + 40, completion_tokens: tokens(content) };
      return { content, usage };
    },
    streamingProfile: { ttft: 450, tps: 28, jitter: 0.4 },
  };
  const { url, server } = await createServer([chat], { port: 0, chunkSize: 6, journalMaxEntries: 100 });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `${url}/v1`, close };
}
