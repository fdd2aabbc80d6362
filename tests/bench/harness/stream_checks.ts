/** Checks that a stream has all its bytes and is not delayed. */
import { percentile } from "./stats.ts";

async function open(url: string, body: string, more = {}): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const headers = { "content-type": "application/json", authorization: "Bearer sk-bench", ...more };
  const response = await fetch(url, { method: "POST", headers, body });
  if (!response.ok || !response.body) throw new Error(`Cannot stream from ${url}: HTTP ${response.status}`);
  return response.body;
}

/** The SHA-256 digest of a stream. */
export async function digest(url: string, body: string): Promise<string> {
  const bytes = await new Response(await open(url, body)).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

export interface Delay {
  p50_ms: number;
  p99_ms: number;
}

/** The delays of the chunks of a paced stream, from the write at the upstream to the read here. */
export async function delays(url: string, body: string, headers = {}): Promise<Delay> {
  const waits: number[] = [];
  for await (const text of (await open(url, body, headers)).pipeThrough(new TextDecoderStream())) {
    const now = performance.timeOrigin + performance.now();
    for (const [, sent] of text.matchAll(/"content":"([\d.]+)"/g)) waits.push(now - Number(sent));
  }
  return { p50_ms: percentile(waits, 0.5), p99_ms: percentile(waits, 0.99) };
}
