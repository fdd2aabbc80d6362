/** Content types and codings in any spelling, over plain HTTP: each answer passes as it is, when it arrives, and is counted. */
import { Buffer } from "node:buffer";
import { type IncomingMessage, request } from "node:http";
import zlib from "node:zlib";
import { assert, assertEquals } from "../support/assert.ts";
import { chatChunks, chatCompletion } from "../support/upstream_bodies.ts";
import { brief, type Room, withUpstream } from "./room.ts";
import type { Upstream } from "../support/upstream.ts";

const CHAT = '{"model":"m","messages":[]}';
const ASKED = '{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}';
const STREAM = '{"model":"m","messages":[],"stream":true}';
const COUNTED = ["chat/completions", "ok", "counted", 20];

const EVENTS = [...chatChunks("m", true).map((chunk) => JSON.stringify(chunk)), "[DONE]"].map((data) =>
  `data: ${data}\n\n`
);
const SHOWN = EVENTS.filter((event) => !event.includes('"choices":[]'));
const JSON_BODY = JSON.stringify(chatCompletion("m"));

const TYPES = [
  undefined,
  "text/event-stream",
  "TEXT/EVENT-STREAM",
  "text/event-stream;charset=utf-8",
  "Application/JSON",
  "application/json; charset=utf-8",
  "text/plain",
];

/** An answer as it is on the wire. */
interface Raw {
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** Sends a request without any client's help, and shows each part of the answer. */
function call(
  { service }: Room<Upstream>,
  body: string | Uint8Array,
  headers: Record<string, string> = { "content-type": "application/json" },
  onPart: (part: string) => void = () => {},
): Promise<Raw> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const path = "/w/acme/v1/chat/completions";
    const sent = request({ hostname, port, path, method: "POST", headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => (parts.push(part), onPart(part.toString())));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(parts) }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const typed = (type: string | undefined): Record<string, string> => type === undefined ? {} : { "content-type": type };

Deno.test(
  "a stream is found under any type: nothing is held back, usage is read, and a chunk that we requested is hidden",
  withUpstream(async (room) => {
    for (const type of TYPES) {
      for (const [body, shown] of [[STREAM, SHOWN], [ASKED, EVENTS]] as const) {
        const received = [Promise.withResolvers<void>()];
        let text = "";
        room.upstream.once(async (exchange) => {
          exchange.start(200, typed(type));
          for (const event of shown) {
            await exchange.write(event);
            // The next event is sent when the caller has this one.
            await received.at(-1)!.promise;
            received.push(Promise.withResolvers<void>());
          }
          await exchange.write(EVENTS.filter((event) => !shown.includes(event)).join(""));
          exchange.end();
        });
        const { headers } = await call(room, body, undefined, (part) => {
          text += part;
          if (text === shown.slice(0, received.length).join("")) received.at(-1)!.resolve();
        });
        assertEquals([text, headers["content-type"]], [shown.join(""), type], type);
      }
    }
    assertEquals((await room.rows()).map(brief), Array(2 * TYPES.length).fill(COUNTED));
  }),
);

Deno.test(
  "a stream that comes at one time, with its length, loses the chunk and the length",
  withUpstream(async (room) => {
    const text = EVENTS.join("");
    for (const type of TYPES) {
      const headers = { ...typed(type), "content-length": `${text.length}` };
      room.upstream.reply((exchange) => exchange.raw(text, 200, headers));
      const hidden = await call(room, STREAM);
      assertEquals(`${hidden.body}`, SHOWN.join(""), type);
      const asked = await call(room, ASKED);
      assertEquals([`${asked.body}`, asked.headers["content-length"]], [text, `${text.length}`], type);
    }
    assertEquals((await room.rows()).map(brief), Array(2 * TYPES.length).fill(COUNTED));
  }),
);

Deno.test(
  "JSON is counted under any type, and what keeps its connection open passes when it arrives",
  withUpstream(async (room) => {
    for (const type of [...TYPES, "application/vnd.acme+json", "text/json"]) {
      const blank = Promise.withResolvers<void>();
      room.upstream.once(async (exchange) => {
        exchange.start(200, typed(type));
        await exchange.write("\n");
        await blank.promise;
        await exchange.write(JSON_BODY);
        exchange.end();
      });
      const { body } = await call(room, CHAT, undefined, () => blank.resolve());
      assertEquals(`${body}`, `\n${JSON_BODY}`);
    }
    assertEquals((await room.rows()).map(brief), Array(TYPES.length + 2).fill(COUNTED));
  }),
);

const ENCODERS: [string, (body: Uint8Array) => Buffer][] = [
  ["gzip", zlib.gzipSync],
  ["X-GZIP", zlib.gzipSync],
  ["br", zlib.brotliCompressSync],
  ["BR", zlib.brotliCompressSync],
  ["zstd", zlib.zstdCompressSync],
  ["deflate", zlib.deflateSync],
  ["Deflate", zlib.deflateRawSync],
  ["gzip, br", (body) => zlib.brotliCompressSync(zlib.gzipSync(body))],
  ["Deflate,ZSTD", (body) => zlib.zstdCompressSync(zlib.deflateSync(body))],
];

Deno.test(
  "FAULT 30: an encoded answer passes as it is and is counted, a stream too, small and large",
  withUpstream(async (room) => {
    const large = JSON.stringify({ ...chatCompletion("m"), padding: Array.from({ length: 40_000 }, Math.random) });
    const long = Array(3000).fill(EVENTS[1]).join("") + EVENTS.join("");
    let calls = 0;
    for (const [encoding, encode] of ENCODERS) {
      for (const [asked, text] of [[CHAT, JSON_BODY], [CHAT, large], [ASKED, EVENTS.join("")], [ASKED, long]]) {
        const bytes = encode(Buffer.from(text));
        const type = asked === CHAT ? "application/json" : "text/event-stream";
        room.upstream.once(async (exchange) => {
          exchange.start(200, { "content-type": type, "content-encoding": encoding });
          for (let at = 0; at < bytes.length; at += 5000) await exchange.write(bytes.subarray(at, at + 5000));
          exchange.end();
        });
        const { headers, body } = await call(room, asked);
        assertEquals([headers["content-encoding"], body.equals(bytes)], [encoding, true], encoding);
        calls++;
      }
    }
    assertEquals((await room.rows()).map(brief), Array(calls).fill(COUNTED));
  }),
);

Deno.test(
  "a usage chunk that we requested is hidden in an encoded stream, which passes decoded and when it arrives",
  withUpstream(async (room) => {
    for (const [encoding, createEncoder] of [["gzip", zlib.createGzip], ["br", zlib.createBrotliCompress]] as const) {
      for (const type of ["text/event-stream", "application/json"]) {
        const first = Promise.withResolvers<void>();
        room.upstream.once(async (exchange) => {
          exchange.start(200, { "content-type": type, "content-encoding": encoding });
          const encoder = createEncoder();
          encoder.on("data", (part: Buffer) => void exchange.write(part));
          encoder.write(EVENTS[0]);
          encoder.flush();
          await first.promise;
          for (const event of EVENTS.slice(1)) encoder.write(event);
          encoder.end(() => exchange.end());
        });
        const { headers, body } = await call(room, STREAM, undefined, () => first.resolve());
        assertEquals([headers["content-encoding"], `${body}`], [undefined, SHOWN.join("")], `${encoding} ${type}`);
      }
    }
    assertEquals((await room.rows()).map(brief), Array(4).fill(COUNTED));
  }),
);

Deno.test(
  "late usage of an encoded stream is counted, when its caller has left at the end of the answer",
  withUpstream(async (room) => {
    const left = new AbortController();
    const gone = Promise.withResolvers<void>();
    room.upstream.once(async (exchange) => {
      exchange.start(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
      const encoder = zlib.createGzip();
      encoder.on("data", (part: Buffer) => void exchange.write(part));
      for (const event of EVENTS.slice(0, -2)) encoder.write(event);
      encoder.flush();
      await gone.promise;
      encoder.write(EVENTS.at(-2)!);
      encoder.end(() => exchange.end());
    });
    const answer = await fetch(room.gateway("/chat/completions"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: ASKED,
      signal: left.signal,
    });
    const decoder = new TextDecoder();
    let text = "";
    for await (const part of answer.body!) {
      text += decoder.decode(part, { stream: true });
      if (text.includes('"finish_reason":"stop"')) break;
    }
    left.abort();
    gone.resolve();
    const told = (await room.rows()).map(({ usage_source, usage }) => [usage_source, usage.total_tokens]);
    assertEquals(told, [["counted", 20]]);
  }),
);

Deno.test(
  "an answer that is not encoded as it says passes as it is, and its usage is unknown",
  withUpstream(async (room) => {
    const odd: [string, Uint8Array][] = [["gzip", Buffer.from("no gzip")], ["acme", zlib.gzipSync(JSON_BODY)]];
    for (const [encoding, bytes] of odd) {
      room.upstream.once((exchange) => exchange.raw(bytes, 200, { "content-encoding": encoding }));
      const { headers, body } = await call(room, CHAT);
      assertEquals([headers["content-encoding"], body.equals(bytes)], [encoding, true]);
    }
    const told = (await room.rows()).map(({ outcome, usage_source }) => [outcome, usage_source]);
    assertEquals(told, Array(2).fill(["ok", "unknown"]));
  }),
);

Deno.test(
  "a coding without meaning, as utf-8, hides nothing from us",
  withUpstream(async (room) => {
    const encoded = { "content-type": "application/json", "content-encoding": "UTF-8" };
    const large = CHAT.replace("[]", JSON.stringify("x".repeat(100_000)));
    for (
      const [asked, answer, shown] of [[CHAT, JSON_BODY, JSON_BODY], [large, JSON_BODY, JSON_BODY], [
        STREAM,
        EVENTS.join(""),
        SHOWN.join(""),
      ]]
    ) {
      room.upstream.reply((exchange) => exchange.raw(answer, 200, { "content-encoding": "utf-8" }));
      assertEquals(`${(await call(room, asked, encoded)).body}`, shown);
    }
    const told = (await room.rows()).map((row) => [row.requested_model ?? row.model, ...brief(row)]);
    assertEquals(told, Array(3).fill(["m", ...COUNTED]));
  }),
);

Deno.test(
  "the caller's accept-encoding reaches the upstream, and none where the caller sends none",
  withUpstream(async (room) => {
    const json = { "content-type": "application/json" };
    for (const accepted of ["gzip;q=0.5, br", "identity", undefined]) {
      await call(room, CHAT, accepted === undefined ? json : { ...json, "accept-encoding": accepted });
      assertEquals(room.upstream.entries.at(-1)!.headers["accept-encoding"], accepted);
    }
    assert((await room.rows()).length === 3);
  }),
);

Deno.test(
  "a request is read under any type, and without one",
  withUpstream(async (room) => {
    const types = [
      "Application/JSON",
      "application/json;charset=utf-8",
      "text/plain",
      "application/x-www-form-urlencoded",
    ];
    for (const type of [...types, "APPLICATION/JSON-patch+json", undefined]) {
      for (const body of [CHAT, `\r\n ${CHAT}`, CHAT.replace("[]", JSON.stringify("x".repeat(100_000)))]) {
        await call(room, body, typed(type));
        assertEquals(room.upstream.entries.at(-1)!.body, body);
      }
      await call(room, STREAM, typed(type));
      assertEquals(room.upstream.entries.at(-1)!.json?.stream_options, { include_usage: true }, type);
    }
    const rows = await room.rows();
    assertEquals(rows.map(({ model, usage_source }) => [model, usage_source]), Array(24).fill(["m", "counted"]));
    assertEquals(rows.filter(({ stream }) => stream).length, 6);
  }),
);

Deno.test(
  "an encoded request is read for its limits, small and large, and sent as it came",
  withUpstream(async (room) => {
    const large = STREAM.replace("[]", JSON.stringify([{ role: "user", content: "word ".repeat(100_000) }]));
    room.upstream.reply((exchange) => exchange.json({ ...chatCompletion("m"), model: undefined }));
    for (const [encoding, encode] of ENCODERS) {
      for (const body of [STREAM, large]) {
        const bytes = encode(Buffer.from(body));
        await call(room, bytes, { "content-type": "application/json", "content-encoding": encoding });
        const { body: received, headers } = room.upstream.entries.at(-1)!;
        assertEquals([received, headers["content-encoding"]], [bytes.toString(), encoding]);
      }
    }
    const told = (await room.rows()).map(({ model, stream }) => [model, stream]);
    assertEquals(told, Array(2 * ENCODERS.length).fill(["m", true]));
  }),
);

Deno.test(
  "an encoded request over the limit is refused, and so is one that cannot be read and is large",
  withUpstream(async (room) => {
    const content = Array.from({ length: 60_000 }, (_, at) => `word${at}`).join(" ");
    const body = Buffer.from(CHAT.replace("[]", JSON.stringify([{ role: "user", content }])));
    const bodies: [string, Uint8Array][] = [
      ...ENCODERS.map(([encoding, encode]): [string, Uint8Array] => [encoding, encode(body)]),
      ["acme", Buffer.alloc(60_000, "?")],
      ["gzip", zlib.gzipSync(Buffer.alloc(200 << 20))],
    ];
    // The first call of a minute passes, whatever its size.
    await call(room, CHAT);
    for (const [encoding, bytes] of bodies) {
      const sent = { "content-type": "application/json", "content-encoding": encoding };
      const answer = JSON.parse(`${(await call(room, bytes, sent)).body}`);
      assertEquals(answer.error?.code, "workspace_rate_limited", encoding);
    }
    assertEquals(room.upstream.entries.length, 1);
  }, { limits: { tokens_per_minute: 20_000 } }),
);
