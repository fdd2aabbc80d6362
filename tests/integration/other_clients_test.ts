import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { HELLO, type Room, withUpstream } from "./room.ts";
import type { Upstream } from "../support/upstream.ts";

/** Runs curl, configured with nothing but the gateway's URL. */
async function curl(...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("curl", { args: ["--silent", "--max-time", "20", ...args] }).output();
  return new TextDecoder().decode(stdout);
}

/** Skipped on a machine without curl. */
const hasCurl = await new Deno.Command("curl", { args: ["--version"], stdout: "null" }).output()
  .then(({ success }) => success, () => false);

function curlTest(name: string, use: (room: Room<Upstream>) => Promise<void>) {
  Deno.test({ name, ignore: !hasCurl, fn: withUpstream(use) });
}

const JSON_TYPE = ["-H", "content-type: application/json"];

curlTest("curl: JSON, a stream, an error and a big upload that asks first", async ({ gateway, upstream, rows }) => {
  const url = gateway("/chat/completions");
  assertStringIncludes(await curl(...JSON_TYPE, "-d", JSON.stringify(HELLO), url), '"total_tokens":20');
  const stream = await curl("-N", "-i", ...JSON_TYPE, "-d", JSON.stringify({ ...HELLO, stream: true }), url);
  assertEquals([stream.includes("HTTP/1.1 200"), stream.endsWith("data: [DONE]\n\n")], [true, true]);
  assertEquals(stream.includes("total_tokens"), false);
  upstream.once((exchange) => exchange.json({ error: { message: "No", code: "no" } }, 404));
  assertStringIncludes(await curl("-i", gateway("/models/none")), "404");
  const file = await Deno.makeTempFile();
  await Deno.writeFile(file, new Uint8Array(3 << 20));
  upstream.once((exchange) => exchange.json({ bytes: exchange.entry.headers["content-length"] }));
  const upload = ["-H", "expect: 100-continue", "--data-binary", `@${file}`, gateway("/files")];
  assertStringIncludes(await curl(...upload), `"bytes":"${3 << 20}"`);
  await Deno.remove(file);
  const told = (await rows()).map(({ endpoint, usage_source, usage }) => [endpoint, usage_source, usage.total_tokens]);
  assertEquals(told, [
    ["chat/completions", "counted", 20],
    ["chat/completions", "counted", 20],
    ["models/none", "none", 0],
    ["files", "none", 0],
  ]);
});

curlTest("curl: HTTP/1.0, a chunked request, and one line for many calls", async ({ gateway, upstream, rows }) => {
  const url = gateway("/chat/completions");
  const body = JSON.stringify({ ...HELLO, stream: true });
  assertStringIncludes(await curl("--http1.0", "-N", ...JSON_TYPE, "-d", body, url), "[DONE]");
  assertStringIncludes(await curl("-H", "transfer-encoding: chunked", ...JSON_TYPE, "-d", body, url), "[DONE]");
  const twice = await curl(...JSON_TYPE, "-d", JSON.stringify(HELLO), url, url);
  assertEquals(twice.match(/"total_tokens":20/g)?.length, 2);
  assertEquals([upstream.entries.length, (await rows()).length], [4, 4]);
});

curlTest("curl: who hangs up in the middle ends the upstream's stream too", async ({ gateway, upstream, rows }) => {
  const taken = upstream.take();
  const body = JSON.stringify({ ...HELLO, stream: true });
  const child = new Deno.Command("curl", {
    args: ["--silent", "-N", ...JSON_TYPE, "-d", body, gateway("/chat/completions")],
    stdout: "piped",
  }).spawn();
  const exchange = await taken;
  exchange.startStream();
  await exchange.event({ choices: [{ index: 0, delta: { content: "One" } }] });
  const reader = child.stdout.getReader();
  assertStringIncludes(new TextDecoder().decode((await reader.read()).value), "One");
  child.kill("SIGKILL");
  await exchange.ended;
  await child.status;
  await reader.cancel();
  const [{ outcome, usage_source }] = await rows();
  assertEquals([outcome, usage_source, upstream.entries[0].end], ["aborted", "estimated", "left"]);
});
