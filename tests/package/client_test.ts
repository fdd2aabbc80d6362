import { findNewNode } from "../../tools/lib/newer_node.mjs";
import { denoPath, ROOT } from "../../tools/lib/setup.mjs";
import { DEFAULT_CLIENT } from "../../server/lint/options.ts";
import { estimateInputTokens } from "../../server/attempts/tokens/input_tokens.ts";
import { estimateTokens } from "../../server/attempts/tokens/token_estimate.ts";
import { tokenizerLoaded } from "../../server/attempts/tokens/text_tokens.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { type Service, startService } from "../support/service.ts";
import { withTempFolder } from "../support/temp.ts";
import { startSocketUpstream } from "../support/socket_upstream.ts";
import { type Exchange, startUpstream, type Upstream } from "../support/upstream.ts";
import { AWAY, CALLS, FETCHES, LEFT, LEFT_LATE, MISTYPED, OLD_SDK, SOCKETS, TYPED } from "./programs.ts";
import { environment, filesIn, installClient, run } from "./project.ts";

/** A third of the size of one package that is bundled by mistake. */
const MAX_BYTES = 100_000;

const PUBLISHED =
  /^(package\.json|README\.md|lint\.md|LICENSE|(client|lint|chunks)\/\w+\.js|types\/(\w+\/)*\w+\.d\.ts)$/;

const DENO = ["run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read"];

/** Has another number of tokens by an estimate without tokenizer. */
const QUESTION = { model: "gpt-5.4", messages: [{ role: "user", content: "internationalization ".repeat(20) }] };
await tokenizerLoaded();
const TOKENIZED = estimateInputTokens(JSON.stringify(QUESTION));
const WITHOUT_TOKENIZER = Math.ceil(estimateTokens(QUESTION.messages[0].content)) + 8;

/** Packages whose responses have Node streams as bodies. */
const FETCHES_HERE = ["node-fetch", "node-fetch-2", "cross-fetch", "make-fetch-happen"];

/** One program that runs the packed client. */
type Runtime = [name: string, command: string, args: string[]];

Deno.test("the client as a package", (test) =>
  withTempFolder(async (out) => {
    const runtimes = await runtimesHere();
    const packed = await run("node", [`${ROOT}/tools/pack.mjs`, "--only", "client", "--out", out], ROOT);
    assertEquals(packed.code, 0, packed.output);
    const tarball = `${out}/quota-gauge-client-${await version()}.tgz`;
    const project = `${out}/project`;
    await Deno.mkdir(project);
    const manifest = await installClient(project, tarball);
    const installed = `${project}/node_modules/@quota-gauge/client`;

    await test.step("it is small, and contains nothing but the client", async () => {
      const { size } = await Deno.stat(tarball);
      assert(size <= MAX_BYTES, `the tarball has ${size} bytes of ${MAX_BYTES}`);
      const files = await filesIn(installed);
      assertEquals(files.filter((path) => !PUBLISHED.test(path)), []);
      const outside = await outsideImports(installed, files);
      assertEquals(outside.filter((name) => !/^openai(\/|$)/.test(name) && !manifest.dependencies?.[name]), []);
      const forbidden = ["hono", "zod", "ws", "@hono/node-server"];
      assertEquals(forbidden.filter((name) => manifest.dependencies?.[name]), []);
      assertEquals(manifest.peerDependencies, { openai: "^7" });
    });

    await test.step("only the entry ws imports the package ws", async () => {
      const code = (await filesIn(installed)).filter((path) => /^(client\/mod|chunks\/.*)\.js$/.test(path));
      const texts = await Promise.all(code.map((path) => Deno.readTextFile(`${installed}/${path}`)));
      assertEquals(texts.filter((text) => /from "(openai\/.*\/)?ws"/.test(text)), []);
    });

    await test.step("the linter's message has the package's name", () => assertEquals(DEFAULT_CLIENT, manifest.name));

    await test.step("its types are complete, and the SDK's own", async () => {
      await Deno.writeTextFile(`${project}/typed.ts`, TYPED);
      const { code, output } = await run(denoPath(), ["check", "--quiet", "typed.ts"], project);
      assertEquals(code, 0, output);
      for (const [i, source] of MISTYPED.entries()) await Deno.writeTextFile(`${project}/mistyped_${i}.ts`, source);
      const wrong = await run(denoPath(), ["check", ...MISTYPED.map((_, i) => `mistyped_${i}.ts`)], project);
      const found = new Set(wrong.output.match(/mistyped_\d/g));
      assertEquals([wrong.code, found.size], [1, MISTYPED.length], wrong.output);
    });

    await test.step("Deno's linter loads its plugin", async () => {
      await Deno.writeTextFile(
        `${project}/untracked.ts`,
        'import OpenAI from "openai";\nexport default new OpenAI();\n',
      );
      const lint = { plugins: ["npm:@quota-gauge/client/lint/deno"] };
      await Deno.writeTextFile(`${project}/lint.json`, JSON.stringify({ nodeModulesDir: "manual", lint }));
      const { code, output } = await run(denoPath(), ["lint", "--config", "lint.json", "untracked.ts"], project);
      assertEquals(code, 1);
      assertStringIncludes(output, "quota-gauge/no-untracked-openai");
    });

    // As 7.0.0 to 7.13.0 are.
    const old = `${out}/old`;
    await Deno.mkdir(old);
    await installClient(old, tarball);
    await Deno.remove(`${old}/node_modules/openai`);
    await run("cp", ["-r", `${ROOT}/node_modules/openai`, `${old}/node_modules/openai`], old);
    for (const path of await filesIn(`${old}/node_modules/openai/resources/live`)) {
      if (/(^|\/)ws\.m?js$/.test(path)) await Deno.remove(`${old}/node_modules/openai/resources/live/${path}`);
    }
    for (const name of ["ws", ...FETCHES_HERE]) {
      for (const folder of [old, project]) {
        await Deno.symlink(`${ROOT}/node_modules/${name}`, `${folder}/node_modules/${name}`);
      }
    }

    for (const [name, command, args] of runtimes) {
      await test.step(`${name}: with an SDK that has no Live sockets all others can be opened`, async () => {
        await Deno.writeTextFile(`${old}/old.js`, OLD_SDK);
        const { code, output } = await run(command, [...args, "old.js"], old);
        assertEquals([code, firstLine(output)], [0, JSON.stringify([true, "Install 7.14.0 or newer"])], output);
      });

      await test.step(`${name}: with every fetch the answers are the same, and are counted by the service`, () =>
        withService(async (service, upstream) => {
          const env = { QUOTA_GAUGE_URL: service.url, UPSTREAM_URL: upstream.url, FETCHES: FETCHES_HERE.join() };
          await Deno.writeTextFile(`${project}/fetches.js`, FETCHES);
          const { code, output } = await run(command, [...args, "fetches.js"], project, env);
          const same = FETCHES_HERE.map((name) => [name, true, true, true]);
          assertEquals([code, firstLine(output)], [0, JSON.stringify(same)], output);
          const { calls, estimated_calls, total_tokens } = await usage(service);
          assertEquals([calls, estimated_calls, total_tokens], [3 * same.length, 0, 60 * same.length]);
        }));

      await test.step(`${name}: calls are counted by the service`, () =>
        withService(async (service, upstream) => {
          const env = { QUOTA_GAUGE_URL: service.url, UPSTREAM_URL: upstream.url };
          await Deno.writeTextFile(`${project}/calls.js`, CALLS);
          const { code, output } = await run(command, [...args, "calls.js"], project, env);
          assertEquals(code, 0, output);
          assertMatch(output, /"drop_in":true,"same":true,"length":[1-9]/);
          assertEquals(upstream.entries.length, 2);
          const { calls, attempts, failed, estimated_calls, total_tokens } = await usage(service);
          assertEquals([calls, attempts, failed, estimated_calls, total_tokens], [2, 2, 0, 0, 40]);
        }));

      await test.step(`${name}: sockets are counted by the service`, async () => {
        const upstream = await startSocketUpstream();
        const service = await startService({ upstream: upstream.url });
        try {
          const env = {
            QUOTA_GAUGE_URL: service.url,
            UPSTREAM_URL: upstream.url,
            GATEWAY_URL: service.gateway("acme"),
          };
          await Deno.writeTextFile(`${project}/sockets.js`, SOCKETS);
          const { code, output } = await run(command, [...args, "sockets.js"], project, env);
          assertEquals(code, 0, output);
          assertMatch(output, /"drop_in":true,"refused":"Cannot count QuotaTrackedRealtimeWebSocket/);
          const { calls, total_tokens } = await usage(service);
          assertEquals([calls, total_tokens, upstream.ledger.length], [2, 21, 2]);
        } finally {
          await service.close();
          await upstream.close();
        }
      });

      await test.step(`${name}: tokens are estimated, with the tokenizer if it is installed`, async () => {
        const upstream = await startUpstream();
        upstream.reply(oneWord);
        await Deno.writeTextFile(`${project}/left.js`, LEFT);
        const env = { UPSTREAM_URL: upstream.url, QUESTION: JSON.stringify(QUESTION) };
        const tokenizer = `${project}/node_modules/gpt-tokenizer`;
        try {
          const without = await run(command, [...args, "left.js"], project, env);
          await Deno.symlink(`${ROOT}/node_modules/gpt-tokenizer`, tokenizer);
          const installed = await run(command, [...args, "left.js"], project, env);
          const printed = [without, installed].map(({ output }) => output.trim());
          assertEquals(printed, [WITHOUT_TOKENIZER, TOKENIZED].map((tokens) => JSON.stringify(["estimated", tokens])));
        } finally {
          await Deno.remove(tokenizer).catch(() => {});
          await upstream.close();
        }
      });

      await test.step(`${name}: usage that comes after the caller has left is counted, and the program ends`, () =>
        withService(async (service, upstream) => {
          for (let stream = 0; stream < 4; stream++) upstream.once(lateUsage);
          upstream.once(withoutUsage);
          await Deno.writeTextFile(`${project}/left_late.js`, LEFT_LATE);
          const env = { QUOTA_GAUGE_URL: service.url, UPSTREAM_URL: upstream.url };
          const { code, output } = await run(command, [...args, "left_late.js"], project, env);
          assertEquals([code, firstLine(output)], [0, JSON.stringify(["APIUserAbortError", 0])], output);
          const { calls, estimated_calls, total_tokens } = await usage(service);
          assert(calls === 4 || calls === 5 && estimated_calls === 1, `${calls} calls, ${estimated_calls} estimated`);
          assert(total_tokens >= 80, `${total_tokens} tokens`);
          assertEquals(upstream.entries.map(({ end }) => end), [...Array(4).fill("complete"), "left"]);
        }));

      await test.step(`${name}: calls while the service is unavailable are reported later`, () =>
        withService(async (service, upstream) => {
          const env = { QUOTA_GAUGE_URL: service.url, UPSTREAM_URL: upstream.url };
          await service.stop();
          await Deno.writeTextFile(`${project}/away.js`, AWAY);
          const program = new Deno.Command(command, {
            args: [...args, "away.js"],
            cwd: project,
            stdin: "piped",
            stdout: "piped",
            ...environment(env),
          }).spawn();
          const lines = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
          assertEquals((await lines.read()).value?.trim(), '{"waiting":1}');
          await service.start();
          const input = program.stdin.getWriter();
          await input.write(new TextEncoder().encode("go\n"));
          assertEquals((await lines.read()).value?.trim(), '{"waiting":0,"dropped":0,"unchecked":true}');
          assertEquals((await program.status).code, 0);
          await Promise.all([input.close().catch(() => {}), lines.cancel()]);
          const { calls, total_tokens } = await usage(service);
          assertEquals([calls, total_tokens], [1, 6]);
        }));
    }
  }));

/**
 * The Node version that the package requires, Deno, Bun, and the machine's own Node if that is older: the client runs
 * wherever the SDK does.
 */
async function runtimesHere(): Promise<Runtime[]> {
  const node = await findNewNode(ROOT);
  assert(node, "Cannot run the packed client: no Node is new enough; `npm test` downloads one");
  const commands = new Set([node, "node"]);
  const nodes = [...commands].map(async (command): Promise<Runtime> => {
    const { output } = await run(command, ["--version"], ROOT);
    return [`Node ${output.trim()}`, command, []];
  });
  return [...await Promise.all(nodes), ["Deno", denoPath(), DENO], ["Bun", `${ROOT}/node_modules/.bin/bun`, ["run"]]];
}

/** Without the warnings that a runtime prints about packages. */
function firstLine(output: string): string {
  return output.split("\n")[0];
}

/** A stream that the upstream does not end. */
async function oneWord(exchange: Exchange): Promise<void> {
  exchange.startStream();
  await exchange.event({ choices: [{ index: 0, delta: { content: "Hello" } }] });
  await exchange.ended;
}

const LAST = { model: "gpt-5.4", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };

/** A stream whose usage comes after the answer, when the caller has left. */
async function lateUsage(exchange: Exchange): Promise<void> {
  exchange.startStream();
  await exchange.event(LAST);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const usage = { prompt_tokens: 7, completion_tokens: 13, total_tokens: 20 };
  for (const event of [{ ...LAST, choices: [], usage }, "[DONE]"]) await exchange.event(event);
  exchange.end();
}

async function withoutUsage(exchange: Exchange): Promise<void> {
  exchange.startStream();
  await exchange.event(LAST);
  await exchange.ended;
}

async function withService(use: (service: Service, upstream: Upstream) => Promise<void>): Promise<void> {
  const upstream = await startUpstream();
  try {
    const service = await startService({ upstream: upstream.url });
    await use(service, upstream).finally(() => service.close());
  } finally {
    await upstream.close();
  }
}

async function usage(service: Service): Promise<Record<string, number>> {
  const response = await fetch(`${service.url}/api/quota/status?workspace_id=acme`);
  return (await response.json()).usage;
}

async function version(): Promise<string> {
  return JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`)).version;
}

/** Imports of code and types that are not among the files. */
async function outsideImports(folder: string, files: string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of files.filter((path) => /\.(js|d\.ts)$/.test(path))) {
    const text = await Deno.readTextFile(`${folder}/${path}`);
    for (const [, specifier] of text.matchAll(/^(?:import |(?:import|export)\b.* from )"([^"\n]+)";$/gm)) {
      const here = new URL(specifier, `file:///${path}`).pathname.slice(1);
      const beside = path.endsWith(".d.ts") ? here.replace(/\.js$/, ".d.ts") : here;
      if (!specifier.startsWith(".") || !files.includes(beside)) found.add(specifier);
    }
  }
  return [...found];
}
