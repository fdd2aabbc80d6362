import type { ServerResponse } from "node:http";
import { assertEquals } from "../../../tests/support/assert.ts";
import { delayEnd } from "./delayed_end.ts";

/** A response that notes what is written. */
function noted(type: string) {
  const seen: string[] = [];
  const text = (chunk?: Uint8Array | string) => typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
  const response = {
    writeHead: () => response,
    write: (chunk: Uint8Array) => seen.push(text(chunk)) > 0,
    end: (chunk?: string) => void seen.push(`${text(chunk)}<end>`),
  } as unknown as ServerResponse;
  const { promise, resolve } = Promise.withResolvers<void>();
  delayEnd(response, promise);
  response.writeHead(200, "OK", ["content-type", type]);
  const write = (chunk: string) => response.write(new TextEncoder().encode(chunk));
  const recorded = async () => (resolve(), await promise, await Promise.resolve());
  return { response, seen, write, recorded };
}

const FINALS = [
  ["data: [DONE]\n\n"],
  ["data: [DO", "NE]\n\n"],
  ['data: {"type":"response.completed"}\n\n'],
  ['data: {"type":"response.inco', 'mplete"}\n\n', "\n"],
  ['data: {"type": "message_stop"}\n\n'],
];

Deno.test("JSON lines pass without delay, and the last one waits for the row", async () => {
  const { response, seen, write, recorded } = noted("application/x-ndjson");
  for (const line of ['{"done":false}\n', '{"done": true,"eval_count":8}\n']) write(line);
  response.end();
  assertEquals(seen, ['{"done":false}\n']);
  await recorded();
  assertEquals(seen.join(""), '{"done":false}\n{"done": true,"eval_count":8}\n<end>');
});

Deno.test("events under the content type of JSON pass without delay", async () => {
  const { response, seen, write, recorded } = noted("application/json");
  for (const event of [": ping\n\n", "data: 1\n\n", "data: [DONE]\n\n"]) write(event);
  response.end();
  assertEquals(seen, [": ping\n\n", "data: 1\n\n"]);
  await recorded();
  assertEquals(seen.length, 4);
});

for (const last of FINALS) {
  Deno.test(`a stream passes without delay, up to ${JSON.stringify(last)}, which waits for the row`, async () => {
    const { response, seen, write, recorded } = noted("text/event-stream; charset=utf-8");
    write("data: 1\n\n");
    assertEquals(seen, ["data: 1\n\n"]);
    for (const chunk of last) write(chunk);
    const passed = seen.join("");
    response.end();
    assertEquals(/\[DONE\]|complete"|_stop"/.test(passed), false);
    await recorded();
    assertEquals(seen.join(""), `data: 1\n\n${last.join("")}<end>`);
  });
}

Deno.test("of another body the last chunk waits for the row, however its length is known", async () => {
  const { response, seen, write, recorded } = noted("application/octet-stream");
  write("one");
  write("two");
  response.end();
  assertEquals(seen, ["one"]);
  await recorded();
  assertEquals(seen, ["one", "two", "<end>"]);
});

Deno.test("a body that is written with the end waits for the row", async () => {
  const { response, seen, recorded } = noted("application/json");
  response.end("{}");
  assertEquals(seen, []);
  await recorded();
  assertEquals(seen, ["{}<end>"]);
});

Deno.test("a body that is written as a text of bytes before the end waits for the row", async () => {
  const { response, seen, recorded } = noted("application/json");
  response.write("{}", "latin1");
  response.end();
  assertEquals(seen, []);
  await recorded();
  assertEquals(seen, ["{}", "<end>"]);
});
