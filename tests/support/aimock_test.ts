import OpenAI from "openai";
import { startAiMock } from "./aimock.ts";
import { assertEquals } from "./assert.ts";

Deno.test("aimock's journal has the usage of its answers", async () => {
  const upstream = await startAiMock();
  try {
    const client = new OpenAI({ baseURL: upstream.url, apiKey: "sk-test" });
    const answered: (number | undefined)[] = [];
    const messages = [{ role: "user" as const, content: "How are you?" }];
    answered.push((await client.chat.completions.create({ model: "gpt-5.4", messages })).usage?.total_tokens);
    const stream = await client.chat.completions.create({
      model: "gpt-5.4",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) if (chunk.usage) answered.push(chunk.usage.total_tokens);
    answered.push(
      (await client.responses.create({ model: "gpt-5.4", input: "A longer question" })).usage?.total_tokens,
    );
    answered.push((await client.embeddings.create({ model: "e", input: "Hello" })).usage.total_tokens);

    const journal = upstream.journal();
    assertEquals(journal.map((line) => line.input_tokens + line.output_tokens), answered);
    assertEquals(journal.map(({ path, status, stream }) => [path, status, stream]), [
      ["/v1/chat/completions", 200, false],
      ["/v1/chat/completions", 200, true],
      ["/v1/responses", 200, false],
      ["/v1/embeddings", 200, false],
    ]);
  } finally {
    await upstream.close();
  }
});
