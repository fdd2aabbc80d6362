import * as fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { parseTarget } from "./target.ts";

Deno.test("the workspace is that of the path, else of the header, else none", () => {
  const cases: [string, string | undefined, string | null, string][] = [
    ["/v1/models", undefined, null, "models"],
    ["/v1/models", "Blue", "blue", "models"],
    ["/w/Acme/v1/models", "blue", "acme", "models"],
    ["/w/a%63me/v1/models?x=/w/b/v1/c", undefined, "acme", "models?x=/w/b/v1/c"],
    ["/w//v1/models", "blue", null, "models"],
    ["/w/%ff/v1/models", undefined, null, "models"],
    ["/w/a%2fb/v1/models", undefined, null, "models"],
    ["/w/__proto__/v1/models", undefined, null, "models"],
    ["/v1/models", "", null, "models"],
  ];
  for (const [url, header, workspace_id, path] of cases) {
    const target = parseTarget(url, header);
    assertEquals([target?.workspace_id, target?.path], [workspace_id, path], url);
  }
});

Deno.test("other paths are not the gateway's", () => {
  for (
    const url of [
      "/",
      "/v1",
      "/v1/",
      "/v2/models",
      "/w/acme",
      "/w/acme/v1/",
      "/w/a/b/v1/x",
      "/api/quota/status",
      "/x/v1/y",
    ]
  ) {
    assertEquals(parseTarget(url, undefined), null, url);
  }
});

Deno.test("a target's workspace id is valid for every input", () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.string(), (id, path, header) => {
    const target = parseTarget(`/w/${id}/v1/${path}`, header);
    assert(!target?.workspace_id || /^[a-z0-9][a-z0-9_-]{0,63}$/.test(target.workspace_id));
  }));
});
