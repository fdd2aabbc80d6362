import { ROOT } from "../../tools/lib/setup.mjs";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { withTempFolder } from "../support/temp.ts";
import { startUpstream } from "../support/upstream.ts";
import { packService, quotaGauge, Running } from "./installed.ts";
import { filesIn, run } from "./project.ts";

/**
 * Of the tarball, with the dashboard and its charts (each file also compressed), and the extension for both browsers, in all
 * of their languages. The packages that it needs, Deno above all, come in addition.
 */
const MAX_BYTES = 1_700_000;

const PUBLISHED = new RegExp(
  `^package/(${
    [
      "(package|deno)\\.json|(README|CHANGELOG)\\.md|LICENSE",
      "docs/ops/.+",
      "(server|shared)/(\\w+/)*\\w+\\.js",
      "tools/(quota_gauge|lib/\\w+)\\.mjs",
      "extension/(chromium|firefox)/.+",
      "dashboard/(index\\.html|assets/[\\w.-]+)",
      "swagger-ui/[\\w.-]+",
    ].join("|")
  })$`,
);

const NPM = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];

Deno.test("the service as a package", (test) =>
  withTempFolder(async (out) => {
    const { tarball, printed } = await packService(out);
    const folder = `${out}/fresh`;
    await Deno.mkdir(folder);

    await test.step("its size is printed and small, and it contains nothing but the service", async () => {
      const { size } = await Deno.stat(tarball);
      assert(size <= MAX_BYTES, `the tarball has ${size} bytes of ${MAX_BYTES}`);
      assertMatch(printed, /quota-gauge \d+\.\d+\.\d+: \S+\.tgz \(1\.\d\d MB\)/);
      const { output } = await run("tar", ["tzf", tarball], out);
      const files = output.trim().split("\n");
      assertEquals(files.filter((path) => !PUBLISHED.test(path)), []);
      assertEquals(files.filter((path) => /_test\.|\.ts$|tests?\//.test(path)), []);
    });

    await test.step("every module that it imports, lazily too, is in it", async () => {
      const files = await filesIn(`${out}/service`);
      const missing = await Promise.all(
        files.filter((path) => /^(server|shared)\/.*\.js$/.test(path)).map(async (path) => {
          const text = await Deno.readTextFile(`${out}/service/${path}`);
          const imports = text.replace(/\/\*\*[^]*?\*\//g, "").matchAll(
            /(?:from|import\(|resolve\(|new URL\()\s*"(\.[^"]+\.\w+)"/g,
          );
          const named = [...imports].map(([, target]) => new URL(target, `file:///${path}`).pathname.slice(1));
          return named.filter((target) => !files.includes(target)).map((target) => `${path} imports ${target}`);
        }),
      );
      assertEquals(missing.flat(), []);
    });

    await test.step("npm installs the versions that the project is tested with", async () => {
      const { code, output } = await run("npm", [...NPM, tarball], folder);
      assertEquals(code, 0, output);
      const [ours, theirs] = await Promise.all([ROOT, folder].map(lockedVersions));
      const { "node_modules/quota-gauge": _, ...packages } = theirs;
      assert(Object.keys(packages).length > 5);
      for (const [path, version] of Object.entries(packages)) assertEquals(version, ours[path], path);
    });

    await test.step("it prints its version and its help", async () => {
      const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
      assertEquals(await quotaGauge(folder, ["--version"]), { code: 0, output: `${version}\n` });
      const help = await quotaGauge(folder, ["--help"]);
      assertEquals(help.code, 0);
      for (const name of ["start", "keys", "status", "watch", "backup", "restore", "check", "doctor"]) {
        assertMatch(help.output, new RegExp(`^  ${name}\\b`, "m"));
      }
      assert(!help.output.includes("npm run"), help.output);
      assertStringIncludes((await quotaGauge(folder, ["start", "--help"])).output, "OPENAI_RATE_LIMIT_PER_MINUTE");
      assertEquals((await quotaGauge(folder, ["strat"])).code, 64);
    });

    await test.step("a team uses it from a folder without a clone", async () => {
      const upstream = await startUpstream();
      const env = { PORT: "0", QUOTA_UPSTREAM_URL: upstream.url, OPENAI_API_KEY: "sk-upstream" };
      const bin = `${folder}/node_modules/.bin/quota-gauge`;
      const service = new Running(bin, ["start"], folder, env);
      try {
        const [, extension] = await service.printed(/Chromium +(\S+)\n/);
        assertEquals(JSON.parse(await Deno.readTextFile(`${extension}/manifest.json`)).manifest_version, 3);
        const [, url] = await service.printed(/listens on (http:\S+)\n/);
        assertEquals(await (await fetch(`${url}/livez`)).json(), { status: "ok" });
        assertStringIncludes(await (await fetch(`${url}/docs/swagger-ui.css`)).text(), ".swagger-ui");

        const [ingest, read] = await Promise.all(["ingest", "read"].map((kind) => createKey(folder, kind)));
        const call = (key: string) => callGateway(url, key);
        // The running service looks for new keys every second.
        await eventually(async () => assertEquals(await call(ingest), 200));
        assertEquals(await call("sk-other"), 401);

        const ask = { QUOTA_GAUGE_URL: url, QUOTA_KEY: read };
        const status = await quotaGauge(folder, ["status", "--json"], ask);
        assertEquals([status.code, JSON.parse(status.output).workspace_id], [0, "acme"]);
        assertEquals(JSON.parse(status.output).usage.calls, 1);
        const watch = new Running(bin, ["watch"], folder, ask);
        await watch.printed(/acme .*used[^]*RPM .*1 of 500/);
        assertEquals(await watch.stop("SIGINT"), 130);

        const doctor = await quotaGauge(folder, ["doctor", "--json"], { ...env, PORT: new URL(url).port });
        const { findings } = JSON.parse(doctor.output) as {
          findings: { check: string; level: string; text: string }[];
        };
        assertEquals(findings.filter(({ level }) => level === "fail"), []);
        const texts = findings.map(({ text }) => text).join("\n");
        for (const text of ["the service answers", "1 ingest, 1 read", "quota.db is sound", extension]) {
          assertStringIncludes(texts, text);
        }

        assertMatch((await quotaGauge(folder, ["backup", "copy.db"])).output, /copy\.db holds 1 attempt\b/);
        assertMatch((await quotaGauge(folder, ["check"])).output, /^1 attempt( and \d+ keys?)?, no faults\.\n$/);
      } finally {
        assertEquals(await service.stop(), 0);
        await upstream.close();
      }
      const restored = await quotaGauge(folder, ["restore", "copy.db"]);
      assertEquals(restored.code, 0, restored.output);
    });

    await test.step("a stop of npx stops the service", async () => {
      const service = new Running("npx", ["quota-gauge"], folder, { PORT: "0", QUOTA_STORE: "memory:" });
      const [, url] = await service.printed(/listens on (http:\S+)\n/);
      await service.stop();
      await assertRejects(() => fetch(url), TypeError);
    });

    await test.step("a start that fails exits with 1 and one sentence", async () => {
      const { code, output } = await quotaGauge(folder, ["start"], { QUOTA_MODE: "strict" });
      assertEquals(code, 1);
      assertMatch(output, /QUOTA_MODE="strict": accepts enforce or observe/);
    });
  }));

/** @returns the status of the answer. */
async function callGateway(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function createKey(folder: string, kind: string): Promise<string> {
  const { output } = await quotaGauge(folder, ["keys", "create", "--kind", kind, "--workspace", "acme", "--json"]);
  return JSON.parse(output).key;
}

async function lockedVersions(folder: string): Promise<Record<string, string>> {
  const { packages } = JSON.parse(await Deno.readTextFile(`${folder}/package-lock.json`));
  const entries = Object.entries<{ version: string }>(packages).filter(([path]) => path !== "");
  return Object.fromEntries(entries.map(([path, { version }]) => [path, version]));
}
