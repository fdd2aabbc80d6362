import * as fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { chatChunks, chatCompletion } from "../../../tests/support/upstream_bodies.ts";
import { Attempt } from "../attempt.ts";
import { whenTokenizerReady } from "../tokens/text_tokens.ts";
import type { AttemptPlan, AttemptResult } from "../recorder.ts";
import { AnswerReader } from "./answer_reader.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const PLAN = { endpoint: "chat/completions", model: "m", tokens: 9, input_tokens: 9, stream: true } as AttemptPlan;

/** Reads an answer in pieces: what the caller gets, and how the attempt was settled. */
function read(answer: string, type: string | null, lengths: number[], hides_usage = true): [string, unknown[]] {
  const settled: AttemptResult[] = [];
  const attempt = new Attempt(PLAN, { settle: (result) => void settled.push(result), release() {} }, () => 0);
  attempt.head(200, () => null);
  const reader = new AnswerReader(attempt, type, hides_usage);
  const bytes = encoder.encode(answer);
  let shown = "", at = 0;
  for (const length of [...lengths, bytes.length]) {
    if (at < bytes.length) shown += decoder.decode(reader.push(bytes.slice(at, at += length)), { stream: true });
  }
  shown += decoder.decode(reader.end());
  reader.settle();
  return [shown, settled.map(({ outcome, usage_source, usage }) => [outcome, usage_source, usage.total_tokens]).flat()];
}

const TYPES = [
  null,
  "",
  "text/event-stream",
  "TEXT/EVENT-STREAM; Charset=UTF-8",
  "Application/JSON",
  "application/json; charset=utf-8",
  "text/plain",
  "application/octet-stream",
  "application/x-ndjson",
];
const EVENTS = chatChunks("m", true).map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
const STREAM = [...EVENTS, "data: [DONE]\n\n"].join("");
const SHOWN = STREAM.replace(EVENTS.at(-1)!, "");
const starts = ["", "\ufeff", "\n\n", " \r\n", ": ping\n\n", "event: message\n", "id: 1\n", "retry: 10\n\n"];
const pieces = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 });

Deno.test("events are read, and their usage chunk is removed, under any type and cut anywhere", () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), fc.constantFrom(...starts), pieces, (type, start, lengths) => {
      const counted = ["ok", "counted", 20];
      assertEquals(read(start + STREAM, type, lengths), [start + SHOWN, counted], `${type} ${start}`);
      assertEquals(read(start + STREAM, type, lengths, false), [start + STREAM, counted], `${type} ${start}`);
    }),
    { numRuns: 300 },
  );
});

Deno.test("JSON is read under any type and cut anywhere, and every byte of it passes", () => {
  const json = JSON.stringify(chatCompletion("m"));
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), fc.constantFrom("", "\n\n", " \r\n"), pieces, (type, start, lengths) => {
      assertEquals(read(start + json, type, lengths), [start + json, ["ok", "counted", 20]], `${type}`);
    }),
    { numRuns: 300 },
  );
});

Deno.test("anything else passes unread", () => {
  for (const text of ["<html>data: 1</html>", "dat", "", "\n", "Hello", "2024: data", "\ufeff"]) {
    for (const type of [null, "text/html", "text/plain", "application/json", "audio/mpeg"]) {
      assertEquals(read(text, type, [1, 2]), [text, ["ok", "unknown", 0]], `${type} ${text}`);
    }
  }
  assertEquals(read(STREAM, "audio/mpeg", []), [STREAM, ["ok", "unknown", 0]]);
});

Deno.test("bytes that tell no kind are not held back, however many they are", () => {
  const reader = new AnswerReader(null, null, false);
  for (const text of ["\n", "\n", " ", "d", "a", "ta: 1"]) {
    assertEquals(decoder.decode(reader.push(encoder.encode(text))), text);
  }
  assertEquals(reader.kind, "events");
  const hiding = new AnswerReader(null, "application/json", true);
  for (const blank of ["\n", " ", "\r\n"]) assertEquals(decoder.decode(hiding.push(encoder.encode(blank))), blank);
  assertEquals(decoder.decode(hiding.push(encoder.encode('{"a"'))), '{"a"');
  assertEquals([hiding.kind, hiding.mayShorten], ["json", false]);
});

const OLLAMA = [
  { model: "m", message: { role: "assistant", content: "Hel" }, done: false },
  { model: "m", message: { role: "assistant", content: "lo" }, done: false },
  { model: "m", message: { role: "assistant", content: "" }, done: true, prompt_eval_count: 12, eval_count: 8 },
];
const LINES: Record<string, unknown[]> = {
  ollama: OLLAMA,
  "chunks of the provider": chatChunks("m", true),
  "counts on the last line, without a usage": [{ text: "Hello" }, { input_tokens: 12, output_tokens: 8 }],
  "usage on the last line alone": [{ text: "Hello" }, { usage: { input_tokens: 12, output_tokens: 8 } }],
};

for (const [vendor, values] of Object.entries(LINES)) {
  Deno.test(`JSON lines (${vendor}) are read under any type and cut anywhere, and every byte of them passes`, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TYPES, "application/jsonl", "Application/NDJSON; charset=utf-8"),
        fc.constantFrom("\n", "\r\n", "\n\n"),
        fc.boolean(),
        pieces,
        (type, end, hasLast, lengths) => {
          const text = values.map((value) => JSON.stringify(value)).join(end) + (hasLast ? end : "");
          assertEquals(read(text, type, lengths), [text, ["ok", "counted", 20]], `${type}`);
        },
      ),
      { numRuns: 200 },
    );
  });
}

for (const [vendor, values] of Object.entries(LINES)) {
  for (const indent of [0, 2]) {
    const name = `${vendor}${indent ? ", on several lines each" : ""}`;
    Deno.test(`JSON values without line breaks between them (${name}) are read under any type and cut anywhere`, () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...TYPES),
          fc.constantFrom("", " ", "\t", "\r", ",", ", ", "\n", "\x1e"),
          pieces,
          (type, between, lengths) => {
            const text = values.map((value) => JSON.stringify(value, null, indent)).join(between);
            assertEquals(
              read(text, type, lengths),
              [text, ["ok", "counted", 20]],
              `${type} ${JSON.stringify(between)}`,
            );
          },
        ),
        { numRuns: 200 },
      );
    });
  }
}

const USAGE = '{"usage":{"prompt_tokens":12,"completion_tokens":8}}';

Deno.test("braces, quotes and escapes in texts separate no values, and the last usage with a meaning counts", () => {
  for (const content of ['}{"usage":{"prompt_tokens":1}}', '\\"}{', "\\", '\n}\n{"a"', "}{".repeat(50)]) {
    const value = JSON.stringify({ choices: [{ index: 0, delta: { content } }] });
    for (
      const answer of [`${value}${USAGE}`, `${value}\n${value}${USAGE}`, `${USAGE.replace("12", "1")}${value}${USAGE}`]
    ) {
      for (const lengths of [[], [1, 1, 1, 1], [value.length], [value.length, USAGE.length], [30, 30, 30]]) {
        for (const type of [null, "application/x-ndjson"]) {
          assertEquals(read(answer, type, lengths)[1], ["ok", "counted", 20], `${type} ${answer} ${lengths}`);
        }
      }
    }
  }
  assertEquals(read(`${USAGE}{"usage":{"prompt_tokens":0,"completion_tokens":0}}`, null, [])[1], ["ok", "counted", 20]);
});

Deno.test("values without line breaks are read in long answers, as they arrive or in large pieces", () => {
  const value = JSON.stringify({ choices: [{ index: 0, delta: { content: "Hello ".repeat(60) } }] });
  const answer = value.repeat(1000) + USAGE;
  for (const length of [value.length, 16 << 10, 64 << 10]) {
    const lengths = Array(Math.ceil(answer.length / length)).fill(length);
    for (const type of ["application/json", "application/x-ndjson"]) {
      assertEquals(read(answer, type, lengths)[1], ["ok", "counted", 20], `${type} ${length}`);
    }
  }
});

Deno.test("JSON that breaks off, or is none, is not taken for several values", () => {
  for (const text of ['{"a":1', '{"a":{"b":1}', "{a}", '{"a":"}{"', "{not json}{", "{}}", '{"a":1}}']) {
    assertEquals(read(text, "application/json", [2])[1][1], "unknown", text);
  }
});

Deno.test("a broken line costs that line alone", () => {
  for (const broken of ['{"a":1', '{"a":"b', '{"a":[1', "{a", "oops"]) {
    for (const text of [`{"a":1}\n${broken}\n${USAGE}\n`, `{"a":1}\n${broken}\n{"a":1}${USAGE}`]) {
      assertEquals(read(text, "application/x-ndjson", [3, 5])[1], ["ok", "counted", 20], text);
    }
  }
});

Deno.test("a JSON text sequence is read under any type", () => {
  const text = OLLAMA.map((value) => `\x1e${JSON.stringify(value)}\n`).join("");
  for (const type of [null, "application/json-seq", "application/json"]) {
    assertEquals(read(text, type, [5, 1]), [text, ["ok", "counted", 20]], `${type}`);
  }
});

Deno.test("an error in bare JSON after the events fails the call", () => {
  const error = JSON.stringify({ error: { message: "overloaded", code: "server_is_overloaded" } });
  for (const end of ["", "\n", "\n\n"]) {
    assertEquals(read(`${EVENTS[0]}${error}${end}`, "text/event-stream", [40])[1][0], "failed");
  }
});

Deno.test("JSON that has lines is not taken for JSON lines", () => {
  for (const indent of [1, 2, "\t"]) {
    const json = `${JSON.stringify(chatCompletion("m"), null, indent)}\n`;
    for (const lengths of [[1, 1, 1], [40, 7], []]) {
      assertEquals(read(json, "application/json", lengths), [json, ["ok", "counted", 20]]);
    }
  }
});

Deno.test("JSON lines that break off are estimated from their text, and an error in them fails the call", async () => {
  await new Promise<void>(whenTokenizerReady);
  const error = JSON.stringify({ error: { message: "overloaded", code: "server_is_overloaded" } });
  const line = JSON.stringify(OLLAMA[0]);
  assertEquals(read(`${line}\n${error}\n`, "application/x-ndjson", [])[1][0], "failed");
  assertEquals(read(`${line}\n${error}\n`, null, [])[1][0], "failed");
  assertEquals(read(`${line}\n${line}\n`, null, [])[1].slice(0, 2), ["ok", "estimated"]);
});
