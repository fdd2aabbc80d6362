import { Hono } from "hono";
import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { mountDashboard } from "./dashboard.ts";

const PAGE = '<!DOCTYPE html><html><head><script src="./assets/main-1a.js"></script></head></html>';

/** An app with a build of two files. */
function withBuild(use: (app: Hono) => Promise<void>, prefix = ""): Promise<void> {
  return withTempFolder(async (folder) => {
    await Deno.mkdir(`${folder}/assets`);
    await Deno.writeTextFile(`${folder}/index.html`, PAGE);
    await Deno.writeTextFile(`${folder}/assets/main-1a.js`, "code()");
    await Deno.writeTextFile(`${folder}/assets/main-1a.js.gz`, "zipped");
    const app = new Hono();
    mountDashboard(app, prefix, new URL(`file://${folder}/`));
    await use(app);
  });
}

Deno.test("the page has a strict policy, and is asked for again with its tag", () =>
  withBuild(async (app) => {
    const response = await app.request("/");
    assertEquals([response.status, await response.text()], [200, PAGE]);
    const policy = response.headers.get("content-security-policy")!;
    assertStringIncludes(policy, "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
    assert(!policy.includes("unsafe") && policy.includes("frame-ancestors 'none'"), policy);
    const again = await app.request("/", { headers: { "if-none-match": response.headers.get("etag")! } });
    assertEquals([again.status, await again.text()], [304, ""]);
  }));

Deno.test("below a prefix, the page's addresses begin there", () =>
  withBuild(async (app) => {
    assertStringIncludes(await (await app.request("/")).text(), '<head><base href="/quota/">');
  }, "/quota"));

Deno.test("code is kept by the browser, zipped for those who read that", () =>
  withBuild(async (app) => {
    const plain = await app.request("/assets/main-1a.js");
    assertEquals([await plain.text(), plain.headers.get("content-type")], ["code()", "text/javascript; charset=utf-8"]);
    assertStringIncludes(plain.headers.get("cache-control")!, "immutable");
    const zipped = await app.request("/assets/main-1a.js", { headers: { "accept-encoding": "br, gzip" } });
    assertEquals([await zipped.text(), zipped.headers.get("content-encoding")], ["zipped", "gzip"]);
  }));

Deno.test("no name leads out of the folder or to another type of file, and no problem is kept", () =>
  withBuild(async (app) => {
    for (const name of ["gone-2b.js", "..%2findex.html", "%2e%2e%2findex.html", "main-1a.js.gz", "x.exe", ".js"]) {
      const response = await app.request(`/assets/${name}`);
      assertEquals([name, response.status], [name, 404]);
      assert(!response.headers.get("cache-control")?.includes("immutable"));
    }
    assertEquals((await app.request("/", { method: "POST" })).status, 405);
  }));

Deno.test("a service whose dashboard is not built says how to build it", async () => {
  const app = new Hono();
  mountDashboard(app, "", new URL("file:///nowhere/"));
  const response = await app.request("/");
  assertEquals(response.status, 503);
  assertStringIncludes(await response.text(), "npm run build");
});
