import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { assertEquals } from "../../../tests/support/assert.ts";
import { changedBody } from "./changed_body.ts";
import { trackedFetch } from "./tracked_fetch.ts";

Deno.test("the length is set in each form that headers have, and only if it is there", () => {
  const length = (headers: HeadersInit | undefined) => {
    const changed = changedBody(headers, "é234").headers;
    return changed && [...new Headers(changed)];
  };
  const others: [string, string] = ["x", "1"];
  for (const name of ["content-length", "Content-Length", "CONTENT-LENGTH"]) {
    const expected = [["content-length", "5"], ["x", "1"]];
    assertEquals(length({ [name]: "9", x: "1" }), expected);
    assertEquals(length([[name, "9"], others]), expected);
    assertEquals(length(new Headers([[name, "9"], others])), expected);
  }
  for (const headers of [undefined, {}, [others], new Headers([others])]) assertEquals(length(headers), undefined);
});

Deno.test("a stream whose caller sets content-length gets its answer, in each form of a request", async () => {
  const received: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    received.push([
      JSON.parse(body).stream_options.include_usage,
      request.headers["content-length"] === `${body.length}`,
    ]);
    response.writeHead(200, { "content-type": "text/event-stream" }).end("data: [DONE]\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
  const recorder = { reserve: () => ({ settle() {}, release() {} }) };
  const fetch = trackedFetch({ recorder, workspace_id: "acme" });
  const body = '{"model":"m","stream":true,"messages":[]}';
  const type: [string, string] = ["content-type", "application/json"];
  const length: [string, string] = ["Content-Length", `${body.length}`];
  const headers = new Headers([type, length]);
  const method = "POST";
  for (const init of [{ headers: Object.fromEntries([type, length]) }, { headers: [type, length] }, { headers }]) {
    assertEquals(await (await fetch(url, { method, body, ...init })).text(), "data: [DONE]\n\n");
  }
  assertEquals(await (await fetch(new Request(url, { method, body, headers }))).text(), "data: [DONE]\n\n");
  assertEquals(received, [[true, true], [true, true], [true, true], [true, true]]);
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
});
