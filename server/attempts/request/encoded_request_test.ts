import { Buffer } from "node:buffer";
import zlib from "node:zlib";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { codingsOf } from "../coding/codings.ts";
import { encodedRequestFacts } from "./encoded_request.ts";
import { requestFacts } from "./request_facts.ts";

const BODY = '{"model":"m","stream":true,"max_tokens":7,"messages":[{"role":"user","content":"é Hello"}]}';
const LARGE = BODY.replace("Hello", "word ".repeat(50_000));

Deno.test("an encoded request has the facts of a plain one, and its usage is not requested", async () => {
  for (const body of [BODY, LARGE]) {
    const { model, stream, tokens, output_cap } = requestFacts("chat/completions", body);
    const bytes = zlib.brotliCompressSync(zlib.gzipSync(body));
    const facts = await encodedRequestFacts("chat/completions", [bytes], codingsOf("gzip, br"));
    assertEquals([facts.model, facts.stream, facts.output_cap], [model, stream, output_cap]);
    assert(Math.abs(facts.tokens - tokens) <= Math.max(2, tokens / 50), `${facts.tokens} of ${tokens}`);
    assertEquals([facts.hides_usage, facts.body], [false, body === BODY ? BODY : null]);
  }
});

Deno.test("a request that cannot be read reserves what its bytes may mean", async () => {
  const bomb = zlib.gzipSync(Buffer.alloc(100 << 20));
  for (
    const [bytes, encoding] of [[Buffer.alloc(1000), "acme"], [Buffer.alloc(1000), "gzip"], [bomb, "gzip"]] as const
  ) {
    const { model, tokens, input_tokens } = await encodedRequestFacts("responses", [bytes], codingsOf(encoding));
    assertEquals([model, input_tokens], [null, bytes.length]);
    assert(tokens > input_tokens);
  }
});

Deno.test("an encoded text that is not JSON reserves what a plain one does", async () => {
  const facts = await encodedRequestFacts("chat/completions", [zlib.gzipSync("<html>")], ["gzip"]);
  assertEquals([facts.model, facts.tokens], [null, requestFacts("chat/completions", "<html>").tokens]);
});
