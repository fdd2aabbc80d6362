/** Posts a message and reads the answer as it streams. */

/**
 * @typedef {{ type: "delta", text: string }
 *   | { type: "done", tokens: number | null, model: string }
 *   | { type: "refused", sentence: string }} AskEvent
 */

const LOST = "The chat's server cannot be reached. Try again in a moment.";

/**
 * Posts a message and yields the events of its answer. Never throws: an error is yielded as a refusal.
 *
 * @param {string} channel @param {{ author: string, text: string }} message
 * @returns {AsyncGenerator<AskEvent>}
 */
export async function* post(channel, message) {
  try {
    const response = await fetch(`/api/channels/${channel}/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(message),
    });
    if (!response.ok || !response.body) return yield { type: "refused", sentence: (await response.json()).sentence };
    for await (const line of lines(response.body)) yield JSON.parse(line);
  } catch {
    yield { type: "refused", sentence: LOST };
  }
}

/** @param {ReadableStream<Uint8Array>} body */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const parts = (rest + read.value).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
