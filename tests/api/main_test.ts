import { createServer } from "node:net";
import { serviceCommand } from "../../tools/lib/service.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import manifest from "../../package.json" with { type: "json" };
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { startService } from "../support/service.ts";
import { withTempFolder } from "../support/temp.ts";
import { type Exchange, startUpstream } from "../support/upstream.ts";

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the service until it exits by itself. */
async function ended(env: Record<string, string>, args: string[] = [], cwd = ROOT): Promise<Ended> {
  const set = { PATH: Deno.env.get("PATH")!, HOME: Deno.env.get("HOME")!, ...env };
  const { command, args: all } = serviceCommand({ deno: Deno.execPath(), root: ROOT, env: set, args });
  // The working directory is where `.env` is read.
  const readable = all.map((arg) => arg.startsWith("--allow-read=") ? `${arg},${cwd}` : arg);
  const run = new Deno.Command(command, { args: readable, cwd, env: set, clearEnv: true, stdin: "null" });
  const { code, stdout, stderr } = await run.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Asserts that the program printed one line on standard error only, and exited with 1. */
function assertOneLine({ code, stdout, stderr }: Ended, line: RegExp): void {
  assertEquals([code, stdout], [1, ""], stderr);
  assertMatch(stderr, line);
  assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
}

Deno.test("--help prints the settings and --version the version; neither starts the service", async () => {
  const [help, version] = await Promise.all([
    ended({ PORT: "bad" }, ["--help"]),
    ended({ PORT: "bad" }, ["--version"]),
  ]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "QUOTA_TIMEZONE");
  assertEquals([version.code, version.stdout], [0, `${manifest.version}\n`]);
});

Deno.test("an unknown argument stops the start and is named", async () => {
  assertOneLine(await ended({}, ["--prot", "80"]), /^Cannot start with --prot 80: see --help/);
});

Deno.test("FAULT 71: the service's own address as upstream stops the start", async () => {
  const end = await ended({
    PORT: "8787",
    QUOTA_UPSTREAM_URL: "http://localhost:8787/w/acme/v1",
    QUOTA_STORE: "memory:",
  });
  assertEquals([end.code, end.stdout], [1, ""]);
  assertStringIncludes(
    end.stderr,
    'QUOTA_UPSTREAM_URL="http://localhost:8787/w/acme/v1": is this service\'s own address',
  );
});

Deno.test("a port that is taken stops the start, with the remedy", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  try {
    const end = await ended({ PORT: String(port), QUOTA_STORE: "memory:" });
    assertOneLine(end, new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: it is taken\\. Set PORT to another`));
  } finally {
    await new Promise((resolve) => taken.close(resolve));
  }
});

Deno.test("a second start in the same folder says where the service is already running", async () => {
  const first = await startService({ upstream: "http://127.0.0.1:9/v1" });
  try {
    await eventually(() => assertStringIncludes(Deno.readTextFileSync(`${first.dataFolder}/quota.db.lock`), first.url));
    const end = await ended({ PORT: "0", QUOTA_STORE: `sqlite:${first.dataFolder}/quota.db` });
    assertEquals([end.code, end.stdout], [1, ""]);
    assertStringIncludes(end.stderr, `Quota Gauge is already running at ${first.url}: process ${first.pid}`);
  } finally {
    await first.close();
  }
});

Deno.test("a data folder that cannot be written stops the start, with its path", async () => {
  await withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const end = await ended({ PORT: "0", QUOTA_STORE: `sqlite:${folder}/file/below/quota.db` });
    assertOneLine(end, new RegExp(`^Cannot .*${folder}/file/below`));
  });
});

Deno.test("one error lists all wrong settings, without their keys", async () => {
  const { code, stdout, stderr } = await ended({
    QUOTA_TIMEZONE: "Mars/Olympus",
    PORT: "x",
    QUOTA_ADMIN_RESET_KEY: "hunter2",
  });
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^Cannot start: 3 settings are wrong\.\n/);
  for (const name of ["QUOTA_TIMEZONE", "PORT", "QUOTA_ADMIN_RESET_KEY"]) assertStringIncludes(stderr, `- ${name}=`);
  assert(!stderr.includes("hunter2"));
});

Deno.test("a start that a wrong setting stops also names the lines and names that have no effect", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/.env`, "PORT 8788\nQUOTA_MOD=observe\n");
    const { stderr } = await ended({ HOST: "a b" }, [], folder);
    assertMatch(stderr, /^Cannot start: 1 setting is wrong\.\n {2}- HOST="a b": accepts /);
    assertStringIncludes(stderr, 'Line 1 of .env has no "=", so it has no effect: write PORT=value');
    assertStringIncludes(stderr, "QUOTA_MOD is not a setting, so it has no effect: did you mean QUOTA_MODE?");
  }));

Deno.test(".env may begin with a byte order mark, and in UTF-16 it stops the start", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/.env`, "\ufeffPORT=x\r\nHOST=::1\r\n");
    assertStringIncludes((await ended({}, [], folder)).stderr, 'PORT="x": accepts 0 to 65535');
    await Deno.writeFile(`${folder}/.env`, new Uint8Array(new Uint16Array([0xfeff, 0x50, 0x3d, 0x31]).buffer));
    assertOneLine(
      await ended({}, [], folder),
      /^Cannot read \.env: it is not text in UTF-8\. Save it in that encoding\n$/,
    );
  }));

Deno.test(".env is read, environment variables take precedence, and empty ones count as not set", async () => {
  await withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/.env`, "PORT=bad-in-file\nexport QUOTA_MODE='bad in file' # why\nHOST='a b'\n");
    const { stderr } = await ended({ QUOTA_MODE: "bad-in-environment", HOST: "" }, [], folder);
    assertStringIncludes(stderr, 'PORT="bad-in-file"');
    assertStringIncludes(stderr, 'QUOTA_MODE="bad-in-environment"');
    assertStringIncludes(stderr, 'HOST="a b"');
  });
});

Deno.test("an .env that cannot be read stops the start", async () => {
  await withTempFolder(async (folder) => {
    await Deno.mkdir(`${folder}/.env`);
    assertOneLine(await ended({}, [], folder), /^Cannot read \.env: /);
  });
});

const chat = (url: string) =>
  fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-5.4", stream: true, messages: [{ role: "user", content: "hello" }] }),
  });
const statusOf = async (url: string) => await (await fetch(`${url}/api/quota/status?workspace_id=acme`)).json();

/** A call whose answer has begun to stream. The test ends it. */
async function underWay(
  upstream: Awaited<ReturnType<typeof startUpstream>>,
  url: string,
): Promise<[Exchange, Response]> {
  const taken = upstream.take();
  const answering = chat(url);
  const exchange = await taken;
  exchange.startStream();
  await exchange.event({ choices: [{ index: 0, delta: { content: "Hel" } }] });
  return [exchange, await answering];
}

Deno.test("FAULT 2: after SIGTERM a call in flight can end, its row is written, and the exit code is 0", async () => {
  const upstream = await startUpstream();
  const service = await startService({ upstream: upstream.url });
  try {
    const [exchange, answer] = await underWay(upstream, service.gateway("acme"));
    const stopped = service.stop("SIGTERM");
    const refused = () => fetch(service.url).then(async (late) => (await late.body?.cancel(), false), () => true);
    while (!await refused());
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    await exchange.event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    await exchange.event({ choices: [], usage });
    await exchange.event("[DONE]");
    exchange.end();
    assertStringIncludes(await answer.text(), "[DONE]");
    assertEquals(await stopped, 0);
    await service.start();
    const { usage: kept } = await statusOf(service.url);
    assertEquals([kept.calls, kept.total_tokens], [1, 15]);
  } finally {
    await service.close();
    await upstream.close();
  }
});

Deno.test("FAULT 1: after kill -9 the same numbers are shown", async () => {
  const upstream = await startUpstream();
  const service = await startService({ upstream: upstream.url });
  try {
    for (let call = 0; call < 5; call++) await (await chat(service.gateway("acme"))).text();
    // An answer to `usage` waits for the ledger, so what it says was acknowledged.
    await (await fetch(`${service.url}/api/quota/usage?workspace_id=acme`)).body?.cancel();
    const before = await statusOf(service.url);
    assertEquals(await service.stop("SIGKILL"), 137);
    await service.start();
    const after = await statusOf(service.url);
    assertEquals(after.usage, before.usage);
    for (const name of ["requests_per_minute", "requests_per_day", "tokens_per_minute"]) {
      assertEquals(after.stats[name].current, before.stats[name].current, name);
    }
    assertEquals(after.stats.requests_per_minute.current, 5);
  } finally {
    await service.close();
    await upstream.close();
  }
});

Deno.test("a limits file with faults stops the start with all of them; once corrected, its limits are in force", () =>
  withTempFolder(async (folder) => {
    const file = `${folder}/limits.json`;
    Deno.writeTextFileSync(
      file,
      '{"default": {"requests_per_hour": 1}, "workspaces": {"acme": {"tokens_per_day": 0}}}',
    );
    const end = await ended({ PORT: "0", QUOTA_STORE: "memory:", QUOTA_LIMITS_FILE: file });
    assertEquals([end.code, end.stdout], [1, ""]);
    assertMatch(end.stderr, /^Cannot start: .*limits\.json has faults\.\n {2}- .*requests_per_hour[^]*tokens_per_day/);
    Deno.writeTextFileSync(file, '{"workspaces": {"acme": {"requests_per_minute": 7}}}');
    const env = { QUOTA_STORE: "memory:", QUOTA_LIMITS_FILE: file, QUOTA_ADMIN_RESET_KEY: "correct-horse" };
    const service = await startService({ upstream: "http://127.0.0.1:1/v1", env });
    try {
      const limits = `${service.url}/api/quota/limits?workspace_id=acme`;
      const headers = { "x-admin-key": "correct-horse", "content-type": "application/json" };
      assertEquals((await (await fetch(limits, { headers })).json()).limits.requests_per_minute, 7);
      const body = '{"requests_per_minute": 8}';
      const put = await (await fetch(limits, { method: "PUT", headers, body })).json();
      assertEquals(put.limits.requests_per_minute, 8);
      assertEquals(JSON.parse(Deno.readTextFileSync(file)).workspaces, { acme: { requests_per_minute: 8 } });
    } finally {
      await service.close();
    }
  }));
