/** The log of the real process, on a terminal and elsewhere. */
import { existsSync } from "node:fs";
import { findProgram } from "../../tools/lib/system_programs.mjs";
import { serviceCommand } from "../../tools/lib/service.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { startService } from "../support/service.ts";
import { productSources } from "../architecture/sources.ts";
import { OPS } from "./prometheus.ts";

Deno.test("away from a terminal each line of the log is JSON with a level, and a stop is logged", async () => {
  const service = await startService({ upstream: "http://127.0.0.1:1/v1", env: { QUOTA_ACCESS_LOG: "on" } });
  try {
    await (await fetch(`${service.url}/api/quota/usage`)).body?.cancel();
    assertEquals(await service.stop(), 0);
    const lines = service.output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    assertEquals(lines.map(({ level, event }) => `${level} ${event}`), [
      "info request",
      "info stopping",
      "info stopped",
    ]);
  } finally {
    await service.close();
  }
});

Deno.test("QUOTA_LOG_LEVEL=error leaves the rest out", async () => {
  const service = await startService({ upstream: "http://127.0.0.1:1/v1", env: { QUOTA_LOG_LEVEL: "error" } });
  try {
    await service.stop();
    assertEquals(service.output.includes("stopp"), false, service.output);
  } finally {
    await service.close();
  }
});

/** Gives a program a terminal of its own. Only the one of util-linux has `-e`. */
const script = Deno.build.os === "linux"
  ? findProgram("script", { env: { PATH: Deno.env.get("PATH") }, exists: existsSync })
  : null;

Deno.test({
  name: "on a terminal people read words, at the stop too",
  ignore: script === null,
  fn: async () => {
    const env = { PATH: Deno.env.get("PATH")!, HOME: Deno.env.get("HOME")!, PORT: "0", QUOTA_STORE: "memory:" };
    const { command, args } = serviceCommand({ deno: Deno.execPath(), root: ROOT, env });
    const line = ["exec", command, ...args].join(" ");
    const options = { args: ["-q", "-e", "-c", line, "/dev/null"], cwd: ROOT, env, clearEnv: true };
    const child = new Deno.Command(script!, { ...options, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
    let text = "";
    const writer = child.stdin.getWriter();
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const isStarted = text.includes("access ");
      text += part;
      // Ctrl+C, as the terminal passes it on.
      if (!isStarted && text.includes("access ")) await writer.write(Uint8Array.of(3));
    }
    await writer.close().catch(() => {});
    await child.stderr.cancel();
    assertEquals((await child.status).code, 0, text);
    assertMatch(text, /\d\d:\d\d:\d\d info {2}stopping \(calls in flight: 0, grace seconds: 10\)\r?\n/);
    assertMatch(text, /info {2}stopped\r?\n/);
    assert(!text.includes('{"time"'), text);
  },
});

Deno.test("docs/ops/logging.md names events that exist", async () => {
  const page = await Deno.readTextFile(`${OPS}/logging.md`);
  const events = [...page.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, event]) => event);
  const source = (await productSources()).map(({ text }) => text).join("\n");
  assert(events.length > 10);
  assertEquals(events.filter((event) => !source.includes(event)), []);
});
