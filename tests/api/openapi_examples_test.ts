/** The examples of the OpenAPI document match the schemas, and a strict linter finds nothing in the document. */
import { openApi } from "../../server/api/openapi.ts";
import { PROBLEM_EXAMPLES } from "../../server/api/problem_examples.ts";
import { type Route, TAGS } from "../../server/api/route.ts";
import { ROUTES } from "../../server/api/routes.ts";
import { FEATURE_ROUTES } from "../../server/features/index.ts";
import { PROBLEM_STATUS } from "../../shared/problem.ts";
import { API_LINTER } from "../../tools/lib/optional_packages.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { assert, assertEquals } from "../support/assert.ts";
import { withTempFolder } from "../support/temp.ts";

type Documented = Omit<Route, "handle">;

const routes: readonly Documented[] = [...ROUTES, ...FEATURE_ROUTES];
const text = JSON.stringify(openApi(routes as Route[], "1.2.3"));

for (const { method, path, body, answer, example } of routes) {
  Deno.test(`${method} ${path}: its examples match its schemas, field by field`, () => {
    // A field that the schema does not know is left out by `parse`, and is then a difference.
    if (body) assertEquals(body.parse(example.body), example.body);
    else assert(!("body" in example));
    if ("schema" in answer) assertEquals(answer.schema.parse(example.answer), example.answer);
    else if ("type" in answer) assert(typeof example.answer === "string" && example.answer.length > 20);
    else assert(!("answer" in example));
    assertEquals(Object.keys(example.params ?? {}), [...path.matchAll(/:(\w+)/g)].map(([, name]) => name));
  });
}

Deno.test("every code that a route answers with has an example, and no other", () => {
  const used = new Set([...text.matchAll(/"#\/components\/examples\/(\w+)"/g)].map(([, code]) => code));
  assertEquals(Object.keys(PROBLEM_EXAMPLES).toSorted(), [...used].toSorted());
  for (const code of used) assert(code in PROBLEM_STATUS, code);
});

Deno.test("every group has a route, and every route a group", () => {
  assertEquals([...new Set(routes.map(({ tag }) => tag))].toSorted(), Object.keys(TAGS).toSorted());
  assertEquals(JSON.parse(text).tags.map(({ name }: { name: string }) => name), Object.keys(TAGS));
});

Deno.test("Redocly's strict rules find nothing in the document", () =>
  withTempFolder(async (folder) => {
    const program = `${ROOT}/${API_LINTER.folder}/node_modules/@redocly/cli/bin/cli.js`;
    if (!await Deno.stat(program).then(() => true, () => false)) {
      return console.log("The linter of the OpenAPI document is not installed: npm test installs it.");
    }
    await Deno.writeTextFile(`${folder}/openapi.json`, text);
    const args = [program, "lint", "--extends", "recommended-strict", "--format", "json", "openapi.json"];
    const env = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
    const { stdout, code } = await new Deno.Command("node", { args, env, cwd: folder }).output();
    const { totals, problems } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals([code, totals.errors, totals.warnings, problems], [0, 0, 0, []]);
  }));
