/**
 * Callers that read no response before they have sent their whole request, as Python's clients do. A refusal must reach them:
 * a connection that is closed while they send would look like a network failure, which SDKs retry.
 */
import { withTeamService } from "../support/team_service.ts";
import { assert, assertMatch, assertRejects } from "../support/assert.ts";
import { run } from "../api/running.ts";

/** Sends a head and a large body, then reads. Returns the start of the response. */
async function sendThenRead(port: number, head: string, bytes: number): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const text = `${head}\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${"1".repeat(bytes)}`;
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
  const start = new Uint8Array(200);
  const length = await connection.read(start) ?? 0;
  return new TextDecoder().decode(start.subarray(0, length));
}

const LARGE = 64 * 1024 * 1024;

Deno.test("FAULT 53: a body over the cap is refused with 413, whatever the caller reads first", async () => {
  await using running = await run({ QUOTA_MAX_BODY_BYTES: "1000" });
  const { port, host } = running;
  // Python's `urllib` sends the second header.
  for (const line of ["/v1/files", "/v1/files HTTP/1.1\r\nConnection: close", "/api/quota/attempts"]) {
    const head = `POST ${line.includes("HTTP") ? line : `${line} HTTP/1.1`}\r\nHost: ${host}`;
    assertMatch(await sendThenRead(port, head, LARGE), /^HTTP\/1\.1 413 /);
  }
});

Deno.test("an invalid workspace is refused with 400, whatever the caller reads first", async () => {
  await using running = await run();
  const { port, host } = running;
  assertMatch(await sendThenRead(port, `POST /w/-/v1/files HTTP/1.1\r\nHost: ${host}`, LARGE), /^HTTP\/1\.1 400 /);
});

Deno.test("a refused body without an end is cut off", async () => {
  await using running = await run();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: running.port });
  const write = async (bytes: Uint8Array<ArrayBuffer>) => {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
  };
  const encoder = new TextEncoder();
  await write(encoder.encode("POST /v1/files HTTP/1.1\r\nHost: evil.example\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const chunk = encoder.encode(`100000\r\n${"1".repeat(0x100000)}\r\n`);
  let sent = 0;
  await assertRejects(async () => {
    for (; sent < 1000; sent++) await write(chunk);
  }, Error);
  assert(sent > 100 && sent < 200, `cut off after ${sent} MiB`);
});

Deno.test("a foreign host and a page are refused with 403, whatever the caller reads first", async () => {
  await using running = await run();
  const { port, host } = running;
  for (const headers of ["Host: evil.example", `Host: ${host}\r\nOrigin: https://evil.example`]) {
    assertMatch(await sendThenRead(port, `POST /v1/files HTTP/1.1\r\n${headers}`, LARGE), /^HTTP\/1\.1 403 /);
  }
});

Deno.test("a missing key is refused with 401, whatever the caller reads first", () =>
  withTeamService(async ({ port }) => {
    for (const path of ["/v1/files", "/api/quota/attempts"]) {
      const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}`;
      assertMatch(await sendThenRead(port, head, LARGE), /^HTTP\/1\.1 401 /);
    }
  }));
