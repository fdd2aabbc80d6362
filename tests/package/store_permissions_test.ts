/** `docs/store/permissions.md` explains exactly the permissions that the builds ask for. Needs the extension built. */
import { assert, assertEquals } from "../support/assert.ts";
import { BUILDS } from "../support/browsers.ts";
import { markdownTable } from "../support/markdown_table.ts";
import { filesIn } from "./project.ts";
import { ROOT } from "../../tools/lib/setup.mjs";

/** The parts of a manifest that ask for something. */
const KINDS = ["permissions", "optional_permissions", "host_permissions", "optional_host_permissions"] as const;

/** Characters of a reason that Chrome's store takes. */
const MAX_REASON = 1_000;

type Manifest = Partial<Record<typeof KINDS[number], string[]>> & { content_scripts?: unknown; version: string };

const rows = markdownTable(await Deno.readTextFile(`${ROOT}/docs/store/permissions.md`), "permission");

for (const [browser, build] of Object.entries(BUILDS)) {
  Deno.test(`every permission of the ${browser} build is explained, and no other one`, async () => {
    const manifest = await manifestOf(build);
    const asked = KINDS.flatMap((kind) => (manifest[kind] ?? []).map((name) => `${kind}: ${name}`));
    assertEquals(rows.map(([name, kind]) => `${kind}: ${name}`).toSorted(), asked.toSorted());
    assertEquals(manifest.content_scripts, undefined, "a content script in the manifest runs without being asked for");
  });

  Deno.test(`the version of the ${browser} build is the one in package.json`, async () => {
    const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
    assertEquals((await manifestOf(build)).version, version);
  });
}

Deno.test("no script of the builds inserts markup: texts stay texts", async () => {
  for (const build of Object.values(BUILDS)) {
    for (const path of (await filesIn(build)).filter((path) => path.endsWith(".js"))) {
      assert(!/\.(?:inner|outer)HTML\s*=(?!=)/.test(await Deno.readTextFile(`${build}/${path}`)), `${build}/${path}`);
    }
  }
});

Deno.test(`each reason has between 30 and ${MAX_REASON} characters, or refers to the row above it`, () => {
  for (const [name, , reason] of rows) {
    assert(reason.length <= MAX_REASON && (reason.length >= 30 || reason.startsWith("The same")), name);
  }
});

async function manifestOf(build: string): Promise<Manifest> {
  return JSON.parse(await Deno.readTextFile(`${build}/manifest.json`));
}
