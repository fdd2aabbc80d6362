/** `npm run zip`: the packages for the stores, and the sources that Firefox's reviewers build. */
import { dirname } from "node:path";
import { assert, assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { unzip } from "../../tests/support/unzip.ts";
import { ROOT } from "../lib/setup.mjs";
import { lint } from "./lint.mjs";

Deno.test("npm run zip", (test) =>
  withTempFolder(async (out) => {
    const printed = await node([`${ROOT}/tools/zip.mjs`, "--out", out], ROOT);
    const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
    const read = async (name: string) => unzip(await Deno.readFile(`${out}/quota-gauge-${version}-${name}.zip`));
    const firefox = await read("firefox");

    await test.step("prints the path and the size of each package", () => {
      for (const store of ["Chrome", "Edge", "Firefox", "Sources"]) {
        assertMatch(printed, new RegExp(`^${store}: .+-${store.toLowerCase()}\\.zip \\(\\d+ kB\\)$`, "m"));
      }
    });

    await test.step("Chrome's and Edge's packages have the same files", async () => {
      const [chrome, edge] = [await read("chrome"), await read("edge")];
      assertEquals([...edge.keys()].sort(), [...chrome.keys()].sort()); // A glob promises no order.
      assert([...chrome].every(([path, content]) => isEqual(content, edge.get(path)!)));
    });

    await test.step("no package has a test, a map or a hidden file", () => {
      assertEquals([...firefox.keys()].filter((path) => /test|\.map$|(^|\/)\./.test(path)), []);
    });

    await test.step("the sources build Firefox's package, byte for byte", async () => {
      const folder = `${out}/sources`;
      await writeAll(folder, await read("sources"));
      await Deno.symlink(`${ROOT}/node_modules`, `${folder}/node_modules`);
      await node(["tools/build.mjs"], folder);
      for (const [path, content] of firefox) {
        assert(isEqual(await Deno.readFile(`${folder}/.output/firefox-mv3/${path}`), content), path);
      }
    });

    await test.step("Firefox's linter has no complaint", async () => {
      const findings = await lint(ROOT, `${out}/quota-gauge-${version}-firefox.zip`);
      if (findings === null) console.log("The linter of Firefox's store is not installed: npm run zip installs it.");
      assertEquals(findings ?? [], []);
    });
  }));

Deno.test("the linter's findings are sentences with file and line", () =>
  withTempFolder(async (folder) => {
    const manifest = { manifest_version: 3, name: "x", version: "1", background: { scripts: ["a.js"] } };
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(manifest));
    await Deno.writeTextFile(`${folder}/a.js`, "export function set(e, text) {\n  e.innerHTML = text;\n}\n");
    const findings = await lint(ROOT, folder);
    if (findings === null) {
      return console.log("The linter of Firefox's store is not installed: npm run zip installs it.");
    }
    assert(findings.some((line) => line.startsWith("warning UNSAFE_VAR_ASSIGNMENT in a.js:2: ")), findings.join("\n"));
  }));

/** Runs a program with Node, and returns its output. */
async function node(args: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("node", { args, cwd }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, text(stdout) + text(stderr));
  return text(stdout);
}

async function writeAll(folder: string, files: Map<string, Uint8Array>): Promise<void> {
  for (const [path, content] of files) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.writeFile(`${folder}/${path}`, content);
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
