/** The command line as a process, with a store of its own. */
import { WebSocket } from "ws";
import { ROOT } from "../../tools/lib/setup.mjs";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { type Service, startService } from "../support/service.ts";
import { withTempFolder } from "../support/temp.ts";
import { startUpstream } from "../support/upstream.ts";

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

function processOf(args: string[], env: Record<string, string>) {
  return {
    args: ["run", "--quiet", "--no-check", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-write"]
      .concat(`${ROOT}/server/command/main.ts`, args),
    env: { PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1", LANG: "C.UTF-8", ...env },
    clearEnv: true,
    cwd: env.FOLDER,
  };
}

async function command(args: string[], env: Record<string, string>): Promise<Result> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), processOf(args, env)).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs a test with a service that has sent one call, and with the command line for its store. */
function withService(
  use: (run: (...args: string[]) => Promise<Result>, service: Service, folder: string) => Promise<void>,
) {
  return withTempFolder(async (folder) => {
    const upstream = await startUpstream();
    const env = { QUOTA_STORE: `sqlite:${folder}/quota.db`, FOLDER: folder };
    const service = await startService({ upstream: upstream.url, env });
    try {
      await (await fetch(`${service.gateway("acme")}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "gpt-5.4", messages: [] }),
      })).text();
      await use((...args) => command(args, { ...env, QUOTA_GAUGE_URL: service.url }), service, folder);
    } finally {
      await service.close();
      await upstream.close();
    }
  });
}

Deno.test("status, keys and backup work beside a running service", () =>
  withService(async (run, service, folder) => {
    const before = await run("status", "--workspace", "acme");
    assertEquals([before.code, before.stderr], [0, ""]);
    assertMatch(before.stdout, /^● acme .*\n(?:.*\n)* +RPM +█░+ +1\s% +1 of 500/);
    const key = JSON.parse((await run("keys", "create", "--kind", "read", "--workspace", "acme", "--json")).stdout).key;
    const { stdout } = await run("keys", "list");
    assertMatch(stdout, /read +acme/);
    // The service looks for new keys twice a second, by its own clock.
    let status = 200;
    while (status === 200) status = (await fetch(`${service.url}/api/quota/status`)).status;
    assertEquals(status, 401);
    const refused = await run("status");
    assertEquals(refused.code, 3);
    assertStringIncludes(refused.stdout, "send a key");
    const headers = { authorization: `Bearer ${key}` };
    assertEquals((await fetch(`${service.url}/api/quota/status`, { headers })).status, 200);
    const copied = await run("backup", `${folder}/copy.db`);
    assertEquals([copied.code, copied.stderr], [0, ""]);
    assertStringIncludes(copied.stdout, "holds 1 attempt and 1 key, and was checked");
    const inUse = await run("restore", `${folder}/copy.db`);
    assertEquals(inUse.code, 1);
    assertStringIncludes(inUse.stderr, "has it open");
    await service.stop();
    const restored = await run("restore", `${folder}/copy.db`);
    assertEquals([restored.code, restored.stderr], [0, ""]);
    assertStringIncludes(restored.stdout, "What was there before is in");
    const elsewhere = { QUOTA_STORE: `sqlite:${folder}/elsewhere/quota.db`, FOLDER: folder };
    const first = await command(["restore", `${folder}/copy.db`], elsewhere);
    assertEquals([first.code, first.stdout.includes("before")], [0, false]);
    assertStringIncludes((await run("check")).stdout, "1 attempt and 1 key, no faults.");
    const offline = await run("status", "--json");
    assertEquals([offline.code, JSON.parse(offline.stdout).connection], [3, "offline"]);
  }));

Deno.test("revoking a key by the command line closes its sockets in the running service within a second", () =>
  withService(async (run, service) => {
    const made = async (kind: string) =>
      JSON.parse((await run("keys", "create", "--kind", kind, "--workspace", "acme", "--json")).stdout);
    const [read, other] = [await made("read"), await made("read")];
    const ask = async (key: string) => {
      const response = await fetch(`${service.url}/api/quota/status`, { headers: { authorization: `Bearer ${key}` } });
      await response.body?.cancel();
      return response.status;
    };
    // The service reads new keys twice a second; a run of the command takes a part of that.
    while (await ask(other.key) !== 200) await run("keys", "list");
    const open = async (key: string) => {
      const headers = { authorization: `Bearer ${key}` };
      const socket = new WebSocket(`${service.url.replace("http", "ws")}/api/quota/ws`, { headers });
      const closed = new Promise<number>((resolve) => socket.on("close", () => resolve(performance.now())));
      await new Promise((resolve) => socket.once("message", resolve));
      return { socket, closed };
    };
    const [ends, stays] = [await open(read.key), await open(other.key)];
    assertEquals((await run("keys", "revoke", read.id)).code, 0);
    const revoked_at = performance.now();
    assert(await ends.closed - revoked_at < 1000);
    assert(await ask(read.key) !== 200);
    assertEquals([await ask(other.key), stays.socket.readyState], [200, WebSocket.OPEN]);
    stays.socket.close();
    await stays.closed;
  }));

Deno.test("watch prints the status, and again what has changed, until it is ended", () =>
  withService(async (_run, service, folder) => {
    const options = processOf(["watch", "--workspace", "acme"], { FOLDER: folder, QUOTA_GAUGE_URL: service.url });
    await using watch = new Deno.Command(Deno.execPath(), { ...options, stdout: "piped" }).spawn();
    const output = watch.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let printed = "";
    const until = async (words: RegExp) => {
      while (!words.test(printed)) printed += (await output.read()).value ?? assert(false, printed);
    };
    await until(/● acme .*\n(?:.*\n)* +RPM +█░+ +1\s% +1 of 500/);
    const call = { method: "POST", headers: { "content-type": "application/json" }, body: '{"model":"gpt-5.4"}' };
    await fetch(`${service.gateway("acme")}/chat/completions`, call).then((response) => response.text());
    await until(/ 2 of 500/);
    watch.kill();
    await output.cancel();
  }));

Deno.test("what the command line cannot do is one sentence, with exit code 64", () =>
  withTempFolder(async (folder) => {
    const memory = { QUOTA_STORE: "memory:", FOLDER: folder };
    const CASES: [args: string[], message: RegExp, env?: Record<string, string>][] = [
      [["check"], /^Cannot do this for QUOTA_STORE=memory:: it keeps no file\n$/],
      [["keys", "list"], /^Cannot keep keys: QUOTA_STORE=memory: /],
      [["backup"], /^Cannot back up: name the file/],
      [["restore"], /^Cannot restore: name the backup/],
      [["status", "extra"], /^Cannot read extra/],
      [["doctor", "--all"], /^Cannot read --all: the only option is --json/],
      [["status"], /^Cannot use QUOTA_GAUGE_URL="nonsense": give a URL such as http:/, { QUOTA_GAUGE_URL: "nonsense" }],
      [["watch"], /^Cannot use QUOTA_GAUGE_URL="ftp:\/\/a": give a URL/, { QUOTA_GAUGE_URL: "ftp://a" }],
      [["status"], /^Cannot read the key in no\/key: there is no such file or folder\n$/, { QUOTA_KEY_FILE: "no/key" }],
    ];
    for (const [args, message, env] of CASES) {
      const { code, stderr } = await command(args, { ...memory, ...env });
      assertEquals(code, 64, args.join(" "));
      assertMatch(stderr, message);
    }
    const unknown = await command(["toString"], memory);
    assertEquals(unknown.code, 64);
    assertStringIncludes(unknown.stderr, "Usage: npm run <command>");
    assertEquals((await command([], memory)).code, 0);
    const help = await command(["keys"], memory);
    assertEquals([help.code, help.stdout.includes("create --kind")], [0, true]);
    const nowhere = { QUOTA_STORE: `sqlite:${folder}/q.db`, FOLDER: folder };
    const lost = await command(["restore", "no/backup.db"], nowhere);
    assertMatch(lost.stderr, /^Cannot find a ledger in no\/backup\.db\n$/);
    const missing = await command(["check"], { FOLDER: folder });
    assertEquals(missing.code, 1);
    assertMatch(missing.stderr, /^Cannot find a ledger in data\/quota\.db\n$/);
  }));
