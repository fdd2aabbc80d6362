/** The code in README, `docs/client.md` and `docs/lint.md` runs as it stands, with the client installed as npm installs it. */
import { parseLimits } from "../../server/limits/limits_check.ts";
import { findNewNode } from "../../tools/lib/newer_node.mjs";
import { denoPath, ROOT } from "../../tools/lib/setup.mjs";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { type Service, startService } from "../support/service.ts";
import { withTempFolder } from "../support/temp.ts";
import { startUpstream } from "../support/upstream.ts";
import { installClient, run } from "./project.ts";

const [readme, client_page, lint_page] = await Promise.all(
  ["README.md", "docs/client.md", "docs/lint.md"].map((path) => Deno.readTextFile(`${ROOT}/${path}`)),
);

const UNTRACKED = 'import OpenAI from "openai";\nexport default new OpenAI();\n';

/** The blocks of code in a page with one of these languages. */
function blocks(page: string, ...languages: string[]): string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, language]) => languages.includes(language)).map(([, , code]) => code);
}

Deno.test("the code of the documentation, with the package installed as npm does", (test) =>
  withTempFolder(async (out) => {
    const packed = await run("node", [`${ROOT}/tools/pack.mjs`, "--only", "client", "--out", out], ROOT);
    assertEquals(packed.code, 0, packed.output);
    const project = `${out}/project`;
    await Deno.mkdir(project);
    const version = await installAsNpm(project, out);
    const usage = async (service: Service) =>
      (await (await fetch(`${service.url}/api/quota/status?workspace_id=acme`)).json()).usage;

    const [hello] = blocks(readme, "ts");
    const node = await findNewNode(ROOT);
    assert(node, "Cannot run the README's code: no Node is new enough; `npm test` downloads one");
    const commands: [string, string[]][] = [
      [node, ["hello.mjs"]],
      [denoPath(), ["run", "--no-prompt", "--allow-net", "--allow-env", "hello.mjs"]],
    ];
    for (const [command, args] of commands) {
      await test.step(`README: ${args.join(" ")} is answered and counted`, () =>
        withService(async (service, upstream_url) => {
          await Deno.writeTextFile(`${project}/hello.mjs`, hello);
          const env = { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: upstream_url, QUOTA_GAUGE_URL: service.url };
          const { code, output } = await run(command, args, project, env);
          assertEquals(code, 0, output);
          assertMatch(output, /^\S.*\n$/);
          assertEquals((await usage(service)).calls, 1);
        }));
    }

    await test.step("README: it has one piece of TypeScript, and the commands name this version", () => {
      assertEquals(blocks(readme, "ts", "js", "mjs").length, 1);
      for (const page of [readme, client_page]) assertStringIncludes(page, `quota-gauge-client-${version}.tgz`);
    });

    await test.step("docs/client.md: a program in a clone of the project", () =>
      withService(async (service, upstream_url) => {
        const path = `${ROOT}/tests/.cache/hello_${crypto.randomUUID()}.ts`;
        const from = "../../server/client/client_factory.ts";
        await Deno.writeTextFile(path, hello.replace("@quota-gauge/client", from));
        try {
          const env = { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: upstream_url, QUOTA_GAUGE_URL: service.url };
          const { code, output } = await run(denoPath(), ["run", "--allow-net", "--allow-env", path], ROOT, env);
          assertEquals(code, 0, output);
          assertEquals((await usage(service)).calls, 1);
        } finally {
          await Deno.remove(path);
        }
      }));

    await test.step("README: the command with curl is answered and counted", () =>
      withService(async (service) => {
        const curl = blocks(readme, "sh").find((block) => block.startsWith("curl "))!;
        const command = curl.replace("http://127.0.0.1:8787", service.url);
        const { code, output } = await run("sh", ["-c", `${command.trim()} -sS`], project, { OPENAI_API_KEY: "sk-x" });
        assertEquals([code, JSON.parse(output).object], [0, "chat.completion"]);
        assertEquals((await usage(service)).calls, 1);
      }));

    await test.step("README: the limits file is accepted", () => {
      const [limits] = blocks(readme, "json");
      assert(!("faults" in parseLimits(limits)), limits);
    });

    await test.step("docs/client.md: every piece of code has the right types", async () => {
      await Deno.mkdir(`${project}/node_modules/@types`);
      await Deno.symlink(`${ROOT}/node_modules/@types/node`, `${project}/node_modules/@types/node`);
      const names = blocks(client_page, "js").map((code, at) => {
        const imports = code.includes("import ") ? "" : 'import { getOpenAIClient } from "@quota-gauge/client";\n';
        Deno.writeTextFileSync(`${project}/page_${at}.ts`, `import process from "node:process";\n${imports}${code}`);
        return `page_${at}.ts`;
      });
      assert(names.length > 3);
      const { code, output } = await run(denoPath(), ["check", "--quiet", ...names], project);
      assertEquals(code, 0, output);
    });

    await test.step("docs/lint.md: Deno's linter finds an untracked client, with and without options", async () => {
      const [config] = blocks(lint_page, "jsonc");
      const [plugin] = blocks(lint_page, "ts");
      await Deno.writeTextFile(`${project}/untracked.ts`, UNTRACKED);
      await Deno.mkdir(`${project}/src`);
      await Deno.writeTextFile(`${project}/src/openai.ts`, UNTRACKED);
      const lint = async (text: string) => {
        await Deno.writeTextFile(`${project}/deno.json`, text);
        const { output } = await run(denoPath(), ["lint", "untracked.ts", "src/openai.ts"], project);
        await Deno.remove(`${project}/deno.json`);
        return output.match(/quota-gauge\/no-untracked-openai.*/g)?.length ?? output;
      };
      assertEquals(await lint(config), 2);
      await Deno.mkdir(`${project}/lint`);
      await Deno.writeTextFile(`${project}/lint/quota_gauge.ts`, plugin);
      assertEquals(await lint('{ "lint": { "plugins": ["./lint/quota_gauge.ts"] } }'), 1);
    });

    await test.step("docs/lint.md: ESLint finds an untracked client", async () => {
      await Deno.symlink(`${ROOT}/node_modules/eslint`, `${project}/node_modules/eslint`);
      const [config] = blocks(lint_page, "js");
      const name = /^\/\/ (eslint\.config\.\w+)\n/.exec(config)![1];
      await Deno.writeTextFile(`${project}/${name}`, config);
      await Deno.writeTextFile(`${project}/untracked.js`, UNTRACKED);
      const { code, output } = await run("node", ["node_modules/eslint/bin/eslint.js", "untracked.js"], project);
      assertEquals(code, 1, output);
      assertStringIncludes(output, "quota-gauge/no-untracked-openai");
    });
  }));

/** A folder after `npm init -y` and `npm install openai@7 ../….tgz`. @returns the package's version. */
async function installAsNpm(project: string, out: string): Promise<string> {
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
  const tarball = `quota-gauge-client-${version}.tgz`;
  await installClient(project, `${out}/${tarball}`);
  await Deno.remove(`${project}/deno.json`);
  const dependencies = { "@quota-gauge/client": `file:../${tarball}`, openai: "^7.57.0" };
  const manifest = { name: "project", version: "1.0.0", main: "index.js", type: "commonjs", dependencies };
  await Deno.writeTextFile(`${project}/package.json`, JSON.stringify(manifest));
  return version;
}

async function withService(use: (service: Service, upstream_url: string) => Promise<void>): Promise<void> {
  const upstream = await startUpstream();
  try {
    const service = await startService({ upstream: upstream.url });
    await use(service, upstream.url).finally(() => service.close());
  } finally {
    await upstream.close();
  }
}
