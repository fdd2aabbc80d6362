/** `npm run reprice` as a process with its permissions, on the file of a real service. SQLite itself adds up. */
import { DatabaseSync } from "node:sqlite";
import { denoEnvironment } from "../../tools/lib/deno.mjs";
import { commandLine } from "../../tools/lib/command_line.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { startService } from "../support/service.ts";
import { withTempFolder } from "../support/temp.ts";
import { startUpstream } from "../support/upstream.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();

/** Runs a command as npm does. */
async function run(home: string, env: Record<string, string>, ...args: string[]) {
  const { command, args: given } = commandLine({ deno: Deno.execPath(), root: ROOT, home, env, args });
  const options = { args: given, env: denoEnvironment({ ...env, USER: "tester" }), clearEnv: true, cwd: home };
  const { code, stdout, stderr } = await new Deno.Command(command, options as Deno.CommandOptions).output();
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** The first value that a query finds. */
function sqlite(path: string, sql: string): string {
  using db = new DatabaseSync(path, { readOnly: true });
  return String(Object.values(db.prepare(sql).get()!)[0]);
}

Deno.test("reprice changes rows, history and budgets of a running service to the same sums, and keeps what was believed", () =>
  withTempFolder(async (folder) => {
    const [path, limits] = [`${folder}/quota.db`, `${folder}/limits.json`];
    const env = { QUOTA_STORE: `sqlite:${path}`, QUOTA_LIMITS_FILE: limits };
    const upstream = await startUpstream();
    const service = await startService({ upstream: upstream.url, env });
    try {
      for (const model of ["gpt-5.4", "gpt-5.4", "our-own"]) {
        await (await fetch(`${service.gateway("acme")}/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ model, messages: [] }),
        })).text();
      }
      await Deno.writeTextFile(limits, '{"prices":[{"model":"*","per_million":{"input":"1000","output":"1000"}}]}');
      const sum = "CAST(coalesce(sum(cost_usd_nanos), 0) AS TEXT)";
      // Rows follow their answers within 100 ms.
      await eventually(() => assertEquals(sqlite(path, "SELECT count(*) FROM attempts"), "3"));
      const before = sqlite(path, `SELECT ${sum} FROM attempts`);
      const preview = await run(folder, env, "reprice", "--from", "2020-01-01");
      assertEquals([preview.code, preview.stderr], [0, ""]);
      assertStringIncludes(preview.stdout, "3 attempts: 3 would change.");
      // The service runs, and takes the new costs into its counters.
      const applied = await run(folder, env, "reprice", "--from", "2020-01-01", "--apply");
      assertEquals([applied.code, applied.stderr], [0, ""]);
      const tokens = Number(sqlite(path, "SELECT sum(input_tokens + output_tokens) FROM attempts"));
      // A dollar for a thousand tokens.
      const dollars = (tokens / 1000).toFixed(9);
      const ask = async (path: string) => await (await fetch(`${service.url}/api/quota/${path}`)).json();
      const status = () => ask("status?workspace_id=acme");
      await eventually(async () => assertEquals((await status()).spend?.day_usd, dollars));
      assertEquals(sqlite(path, `SELECT ${sum} FROM attempts`), `${tokens * 1_000_000}`);
      assertEquals(sqlite(path, `SELECT ${sum} FROM history WHERE level = 1`), `${tokens * 1_000_000}`);
      assertEquals(sqlite(path, `SELECT ${sum} FROM believed_costs`), before);
      assertStringIncludes(
        sqlite(path, "SELECT actor || ' ' || prices FROM repricings"),
        "tester @pydantic/genai-prices",
      );
      await service.stop();
      assertStringIncludes((await run(folder, env, "check")).stdout, "3 attempts, no faults.");
      assertStringIncludes(
        (await run(folder, env, "reprice", "--from", "2020-01-01", "--apply")).stdout,
        ": 0 changed.",
      );
      await service.start();
      await eventually(async () => assertEquals((await status()).spend?.day_usd, dollars));
      assertEquals((await ask("history?workspace_id=acme")).totals.cost_usd, dollars);
    } finally {
      await service.close();
      await upstream.close();
    }
  }));
