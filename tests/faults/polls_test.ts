import { assertEquals } from "../support/assert.ts";
import { withUpstream } from "../integration/room.ts";
import { response } from "../support/upstream_bodies.ts";
import { refuse } from "../support/upstream_replies.ts";

Deno.test(
  "FAULT 29: polls of a background response use no tokens; the first with its usage counts it, once",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    const at = (name: string, status: string) => ({
      ...response("gpt-5.4", status),
      id: `resp_${name}1234`,
      background: true,
      ...(status === "completed" ? {} : { usage: null, output: [] }),
    });
    for (const { name, client } of clients({ maxRetries: 1 })) {
      upstream.once((exchange) => exchange.json(at(name, "queued")));
      const { id } = await client.responses.create({ model: "gpt-5.4", input: "Hello", background: true });
      upstream.once(refuse(500, null, { "retry-after-ms": "1" }));
      for (const status of ["in_progress", "in_progress", "completed", "completed", "completed"]) {
        upstream.once((exchange) => exchange.json(at(name, status)));
        assertEquals((await client.responses.retrieve(id)).status, status as "completed");
      }
    }
    const polls = ["none", "none", "none", "counted", "none", "none"];
    const told = (await rows()).map((
      { endpoint, usage_source, usage },
    ) => [endpoint, usage_source, usage.total_tokens]);
    const expected = [
      ["responses", "unknown", 0],
      ...polls.map((source) => ["responses/{id}", source, source === "counted" ? 20 : 0]),
    ];
    assertEquals(told, [...expected, ...expected]);
    assertEquals(service.tracker.status("acme").usage.total_tokens, 40);
  }),
);

Deno.test(
  "FAULT 29: retrieving a response that was not created here counts no tokens, however often",
  withUpstream(async ({ clients, upstream, rows }) => {
    upstream.reply((exchange) => exchange.json(response("gpt-5.4")));
    for (const { client } of clients()) {
      for (let look = 0; look < 3; look++) await client.responses.retrieve("resp_somebody1");
    }
    assertEquals((await rows()).map(({ usage_source }) => usage_source), Array(6).fill("none"));
  }),
);
