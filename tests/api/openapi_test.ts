import { ROUTES } from "../../server/api/routes.ts";
import { PROBLEM_STATUS } from "../../shared/problem.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { api, bench } from "./fixture.ts";

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required: boolean; schema: Record<string, unknown> }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { description: string; content: Record<string, { schema: Record<string, unknown> }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string; license: { name: string; identifier: string } };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; examples: unknown; securitySchemes: unknown };
}

const app = api(bench());
const documented: Document = await (await app.request("/openapi.json")).json();
const operations = Object.entries(documented.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation }))
);

/** Every value with this key in a tree. */
function* under(tree: unknown, name: string): Generator<unknown> {
  if (typeof tree !== "object" || tree === null) return;
  for (const [key, value] of Object.entries(tree)) {
    if (key === name) yield value;
    yield* under(value, name);
  }
}

Deno.test("the document is OpenAPI 3.1 and has the service's version", () => {
  assertMatch(documented.openapi, /^3\.1\.\d+$/);
  assertEquals([documented.info.title, documented.info.version], ["Quota Gauge", "1.2.3"]);
});

Deno.test("the document lists every route, and nothing else", () => {
  const routes = ROUTES.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const found = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  assertEquals(found.toSorted(), routes.toSorted());
});

Deno.test("every operation has a unique name, a summary, and a schema for each answer", () => {
  const names = operations.map(({ operation }) => operation.operationId);
  assertEquals(new Set(names).size, names.length);
  for (const { operation } of operations) {
    assertMatch(operation.operationId, /^[a-z][A-Za-z]+$/);
    assert(operation.summary.length > 0);
    const statuses = Object.keys(operation.responses);
    assert(statuses.some((status) => status.startsWith("2")), operation.operationId);
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      assertMatch(status, /^[2-5]\d\d$/);
      assert(description.length > 0);
      for (const { schema } of Object.values(content ?? {})) assert("type" in schema || "$ref" in schema);
    }
  }
});

Deno.test("every reference resolves, and every type is a JSON Schema type", () => {
  const references = [...under(documented, "$ref")] as string[];
  assert(references.length > 0);
  for (const reference of references) {
    const found = reference.split("/").slice(1).reduce<unknown>(
      (at, name) => (at as Record<string, unknown> | undefined)?.[name],
      documented,
    );
    assert(found, reference);
  }
  const known = ["object", "array", "string", "number", "integer", "boolean", "null"];
  const { securitySchemes: _, examples: __, ...components } = documented.components;
  for (const type of under({ ...documented, components }, "type")) {
    if (typeof type === "string") assert(known.includes(type), type);
  }
  assertEquals([...under(documented, "$schema"), ...under(documented, "~standard")], []);
});

Deno.test("schemas have the names of the contract; bodies that callers send are closed, answers may get fields", () => {
  const { schemas } = documented.components as { schemas: Record<string, { additionalProperties?: boolean }> };
  const { requestBody, responses } = documented.paths["/api/quota/reset"].post;
  assertEquals(requestBody!.content["application/json"].schema, { $ref: "#/components/schemas/ResetRequest" });
  assertEquals(responses[200].content["application/json"].schema, { $ref: "#/components/schemas/StatusBody" });
  const closed = Object.keys(schemas).filter((name) => schemas[name].additionalProperties === false);
  const sent = operations.flatMap(({ operation }) =>
    operation.requestBody?.content["application/json"].schema.$ref ?? []
  );
  assertEquals(sent.map((reference) => `${reference}`.split("/").at(-1)!).filter((name) => !closed.includes(name)), []);
  assert(!closed.includes("StatusBody") && !closed.includes("UsageTotals") && !closed.includes("Problem"));
});

Deno.test("every name in a path is a required parameter", () => {
  for (const { path, operation } of operations) {
    const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
    assertEquals(inPath.map(({ name }) => name), [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    assert(inPath.every(({ required }) => required));
    for (const parameter of operation.parameters) assert(["query", "path", "header"].includes(parameter.in));
  }
});

Deno.test("query parameters are optional and have a description", () => {
  const { parameters } = documented.paths["/api/quota/availability"].get;
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  assertEquals(inQuery.map(({ name, required }) => [name, required]), [["workspace_id", false], ["model", false]]);
  for (const { operation } of operations) {
    for (const parameter of operation.parameters) {
      if (parameter.in === "query") assert("description" in parameter, `${operation.operationId}: ${parameter.name}`);
    }
  }
});

Deno.test("every refusal lists its codes under their HTTP status", () => {
  for (const { operation } of operations) {
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      if (!content || !("application/problem+json" in content)) continue;
      for (const code of description.split(", ")) {
        assertEquals(PROBLEM_STATUS[code as keyof typeof PROBLEM_STATUS], Number(status), code);
      }
    }
  }
});

Deno.test("/docs loads nothing from other machines, and its assets are served", async () => {
  const answer = await app.request("/docs");
  const page = await answer.text();
  assertStringIncludes(answer.headers.get("content-type")!, "text/html");
  assertStringIncludes(answer.headers.get("content-security-policy")!, "default-src 'none'");
  const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
  assertEquals(parts.length, 4);
  for (const part of parts) {
    // Behind a proxy that adds a path, they stay below it.
    assertEquals(
      new URL(part, "https://tools.acme.dev/quota/docs").pathname.split("/").slice(0, 3).join("/"),
      "/quota/docs",
    );
    const served = await app.request(new URL(part, "http://localhost/docs").pathname);
    assertEquals([part, served.status], [part, 200]);
    assert((await served.arrayBuffer()).byteLength > 100);
  }
});
