import { gzipSync } from "node:zlib";
import { LANGUAGES } from "../../shared/words/languages.ts";
import { denoPath } from "../../tools/lib/setup.mjs";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { withTempFolder } from "../support/temp.ts";
import { installMonitor, packMonitor } from "./monitor_project.ts";
import { filesIn, run } from "./project.ts";

/** The element, gzipped. */
const MAX_ELEMENT_BYTES = 20_000;

/** The whole package: a quarter of it are the texts of six languages, of which a page loads one. */
const MAX_BYTES = 90_000;

const FILES = [
  "LICENSE",
  "README.md",
  "element.d.ts",
  "element.js",
  "package.json",
  "preact.d.ts",
  "preact.js",
  "react.d.ts",
  "react.js",
  "types.d.ts",
  ...LANGUAGES.filter((language) => language !== "en").map((language) => `words/${language}.js`).toSorted(),
];

/** Uses the types. */
const TYPED = `
import "@quota-gauge/monitor";
import type { QuotaGaugeElement } from "@quota-gauge/monitor";
import { type QuotaMonitor, useQuotaMonitor as useInPreact } from "@quota-gauge/monitor/preact";
import { type StatusBody, useQuotaMonitor, type View } from "@quota-gauge/monitor/react";

export function read(): [QuotaMonitor, QuotaMonitor] {
  const shown = useQuotaMonitor({ workspaceId: "acme", enableWebSocket: false, autoRefresh: true, refreshInterval: 20_000, showNotifications: true, language: "de" });
  const view: View = shown.view;
  const body: StatusBody | null = view.status;
  const used: number | undefined = shown.stats?.requests_per_minute?.percentage ?? body?.usage.calls;
  const text: string | null = shown.error;
  console.log(used?.toFixed(), text?.length);
  const element: QuotaGaugeElement = document.createElement("quota-gauge");
  element.refresh();
  return [shown, useInPreact()];
}
`;

/** Each line is a type error, unless the package has lost a type. */
const MISTYPED = [
  'import { useQuotaMonitor } from "@quota-gauge/monitor/react"; export const a: number = useQuotaMonitor().error;',
  'import { useQuotaMonitor } from "@quota-gauge/monitor/react"; useQuotaMonitor({ workspace: "acme" });',
  'import { useQuotaMonitor } from "@quota-gauge/monitor/preact"; useQuotaMonitor({ refreshInterval: "20" });',
  'import type { StatusBody } from "@quota-gauge/monitor"; export const a: StatusBody["status"] = "fine";',
  'import type { View } from "@quota-gauge/monitor"; export const a: View["connection"] = "fine";',
];

Deno.test("the monitor as a package", (test) =>
  withTempFolder(async (out) => {
    const tarball = await packMonitor(out);
    const project = `${out}/project`;
    await Deno.mkdir(project);
    const manifest = await installMonitor(project, tarball);
    const installed = `${project}/node_modules/@quota-gauge/monitor`;

    await test.step("it contains nothing but the monitor, and needs no other package", async () => {
      assertEquals((await filesIn(installed)).sort(), FILES);
      assertEquals([manifest.dependencies, Object.keys(manifest.peerDependencies)], [undefined, ["preact", "react"]]);
      const texts = await Promise.all(["react", "preact"].map((name) => Deno.readTextFile(`${installed}/${name}.js`)));
      const imports = texts.map((text) => [...text.matchAll(/^import .* from "(.*)";$/gm)].map(([, from]) => from));
      assertEquals(imports, [["react"], ["preact/hooks"]]);
    });

    await test.step("it is small: the element is less than 20 kB gzipped", async () => {
      const { size } = await Deno.stat(tarball);
      assert(size <= MAX_BYTES, `the tarball has ${size} bytes of ${MAX_BYTES}`);
      const bytes = gzipSync(await Deno.readFile(`${installed}/element.js`), { level: 9 }).length;
      assert(bytes <= MAX_ELEMENT_BYTES, `the element has ${bytes} bytes of ${MAX_ELEMENT_BYTES}`);
    });

    await test.step("it holds all its code, and the element makes no HTML, style or script from text", async () => {
      for (const name of ["element.js", "react.js", "preact.js"]) {
        const code = await Deno.readTextFile(`${installed}/${name}`);
        const found = code.match(
          /\beval\(|new Function\(|\bimport\((?!"\.\/words\/\w+\.js"\))|createElement\("style"\)/g,
        );
        assertEquals(found, null, name);
      }
    });

    await test.step("its types are complete", async () => {
      const compilerOptions = { lib: ["dom", "dom.iterable", "esnext"] };
      const settings = { nodeModulesDir: "manual", lock: false, compilerOptions };
      await Deno.writeTextFile(`${project}/deno.json`, JSON.stringify(settings));
      await Deno.writeTextFile(`${project}/typed.ts`, TYPED);
      const { code, output } = await run(denoPath(), ["check", "--quiet", "typed.ts"], project);
      assertEquals(code, 0, output);
      for (const [i, source] of MISTYPED.entries()) await Deno.writeTextFile(`${project}/mistyped_${i}.ts`, source);
      const wrong = await run(denoPath(), ["check", ...MISTYPED.map((_, i) => `mistyped_${i}.ts`)], project);
      const found = new Set(wrong.output.match(/mistyped_\d/g));
      assertEquals([wrong.code, found.size], [1, MISTYPED.length], wrong.output);
    });

    await test.step("a server renders the hook's first view without a page", async () => {
      const program = [
        'import { createElement } from "react";',
        'import { renderToString } from "react-dom/server";',
        'import { useQuotaMonitor } from "@quota-gauge/monitor/react";',
        'const Quota = () => createElement("p", null, JSON.stringify(useQuotaMonitor().loading));',
        "console.log(renderToString(createElement(Quota)));",
      ];
      await Deno.writeTextFile(`${project}/server.mjs`, program.join("\n"));
      const { code, output } = await run("node", ["server.mjs"], project);
      assertEquals(code, 0, output);
      assertStringIncludes(output, "<p>true</p>");
    });
  }));
