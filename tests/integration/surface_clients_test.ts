import OpenAI, { AzureOpenAI, BedrockOpenAI } from "openai";
import { bedrock } from "openai/providers/bedrock";
import { QuotaTrackedAzureOpenAI } from "../../server/client/sdk/azure_client.ts";
import { QuotaTrackedBedrockOpenAI } from "../../server/client/sdk/bedrock_client.ts";
import { QuotaTrackedOpenAI } from "../../server/client/sdk/openai_client.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { chatCompletion } from "../support/upstream_bodies.ts";
import { HELLO, withUpstream } from "./room.ts";

Deno.test(
  "calls, streams and clones of Azure's client are counted under their endpoint",
  withUpstream(async ({ service, upstream, rows }) => {
    const origin = new URL(upstream.url).origin;
    const shared = { apiKey: "key", apiVersion: "2025-04-01-preview", maxRetries: 0, workspace: "acme" };
    const client = new QuotaTrackedAzureOpenAI({ ...shared, endpoint: origin, recorder: service.tracker });
    assert(client instanceof AzureOpenAI && client instanceof OpenAI);
    await client.chat.completions.create({ ...HELLO, model: "our-gpt" });
    await client.withOptions({ timeout: 5000 }).embeddings.create({ model: "our-e", input: "Hello" });
    for await (const _ of await client.chat.completions.create({ ...HELLO, model: "our-gpt", stream: true })) { /**/ }
    const { model: _, ...unnamed } = chatCompletion("m") as { model?: string };
    upstream.once((exchange) => exchange.json(unnamed));
    const baseURL = `${origin}/openai/deployments/fixed`;
    const fixed = new QuotaTrackedAzureOpenAI({ ...shared, baseURL, recorder: service.tracker });
    await fixed.post("/chat/completions", { body: { messages: HELLO.messages } });
    assertEquals(upstream.entries.map(({ path }) => path.split("?")[0]), [
      "/openai/deployments/our-gpt/chat/completions",
      "/openai/deployments/our-e/embeddings",
      "/openai/deployments/our-gpt/chat/completions",
      "/openai/deployments/fixed/chat/completions",
    ]);
    const told = (await rows()).map(({ endpoint, model, usage }) => [endpoint, model, usage.total_tokens]);
    assertEquals(told, [
      ["chat/completions", "our-gpt", 20],
      ["embeddings", "our-e", 6],
      ["chat/completions", "our-gpt", 20],
      ["chat/completions", "fixed", 20],
    ]);
    assert(upstream.entries.every(({ headers }) => headers["api-key"] === "key"));
  }),
);

Deno.test(
  "calls, streams, clones and tokens of Bedrock's client are counted",
  withUpstream(async ({ service, upstream, rows }) => {
    const shared = { baseURL: upstream.url, maxRetries: 0, workspace: "acme", recorder: service.tracker };
    const client = new QuotaTrackedBedrockOpenAI({ ...shared, apiKey: "static" });
    assert(client instanceof BedrockOpenAI && client instanceof OpenAI);
    await client.chat.completions.create(HELLO);
    for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
    await client.withOptions({ timeout: 5000 }).responses.create({ model: "gpt-5.4", input: "Hello" });
    const tokens = ["first", "second"];
    const fresh = new QuotaTrackedBedrockOpenAI({
      ...shared,
      bedrockTokenProvider: () => Promise.resolve(tokens.shift()!),
    });
    await fresh.chat.completions.create(HELLO);
    await fresh.withOptions({ timeout: 5000 }).chat.completions.create(HELLO);
    assertEquals((await rows()).map(({ usage }) => usage.total_tokens), [20, 20, 20, 20, 20]);
    const keys = upstream.entries.map(({ headers }) => headers.authorization.replace("Bearer ", ""));
    assertEquals(keys, ["static", "static", "static", "first", "second"]);
  }),
);

Deno.test(
  "calls of a client with a provider are counted",
  withUpstream(async ({ service, upstream, rows }) => {
    const provider = bedrock({ baseURL: upstream.url, apiKey: "static" });
    const client = new QuotaTrackedOpenAI({ provider, maxRetries: 0, workspace: "acme", recorder: service.tracker });
    await client.chat.completions.create(HELLO);
    for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
    assertEquals((await rows()).map(({ usage }) => usage.total_tokens), [20, 20]);
  }),
);

Deno.test(
  "a fetch that is assigned to a client is tracked",
  withUpstream(async ({ tracked, upstream, rows }) => {
    let own = 0;
    const client = tracked();
    const transport = client as unknown as { fetch: typeof fetch };
    transport.fetch = (...request) => (own++, fetch(...request));
    await client.chat.completions.create(HELLO);
    const same = transport.fetch;
    transport.fetch = same;
    await client.chat.completions.create(HELLO);
    assertEquals([own, (await rows()).length, upstream.entries.length], [2, 2, 2]);
  }),
);

Deno.test(
  "a request for an access token is not counted as a call",
  withUpstream(async ({ service, upstream, rows }) => {
    const asked: string[] = [];
    const answer: typeof fetch = (input, init) => {
      if (!String(input).startsWith("https://auth.openai.com/")) return fetch(input, init);
      asked.push(String(input));
      const token = { access_token: "t", expires_in: 3600, issued_token_type: "x", token_type: "Bearer" };
      return Promise.resolve(Response.json(token));
    };
    const provider = { tokenType: "jwt" as const, getToken: () => Promise.resolve("subject") };
    const client = new QuotaTrackedOpenAI({
      workloadIdentity: { identityProviderId: "i", serviceAccountId: "s", provider },
      apiKey: null as never,
      baseURL: upstream.url,
      workspace: "acme",
      recorder: service.tracker,
      fetch: answer,
    });
    await client.chat.completions.create(HELLO);
    assertEquals([asked.length, (await rows()).length, upstream.entries[0].headers.authorization], [1, 1, "Bearer t"]);
  }),
);

Deno.test("an option with which calls would bypass fetch throws an error that names it", () => {
  const recorder = { reserve: () => ({ settle() {}, release() {} }) };
  const options = { workspace: "acme", recorder };
  for (const hidden of [{ x509Transport: {} }, { credential: {} }, { workloadIdentity: { certificate: "c" } }]) {
    const [name] = Object.keys(hidden);
    assertThrows(() => new QuotaTrackedOpenAI({ ...options, ...hidden } as never), TypeError, `the option "${name}"`);
  }
  assertThrows(
    () => new QuotaTrackedOpenAI({ ...options, workspace: "no such/id", apiKey: "k" }),
    TypeError,
    "Cannot track",
  );
});
