/** The OpenAPI document, made from the routes and the zod schemas that validate them. */
import { problem, PROBLEM_STATUS, type ProblemCode } from "../../shared/problem.ts";
import { Problem } from "../../shared/problem_schema.ts";
import { WORKSPACE_ID_PATTERN } from "../../shared/workspace.ts";
import { PROBLEM_EXAMPLES } from "./problem_examples.ts";
import { type Route, TAGS } from "./route.ts";
import { componentsOf, schemaOf } from "./schemas.ts";

/** The codes that every route may answer with. */
const EVERYWHERE: readonly ProblemCode[] = ["foreign_host", "foreign_origin", "internal_error", "service_unavailable"];

const WORKSPACE_PARAMETER = {
  name: "workspace_id",
  in: "query",
  required: false,
  description: "The workspace whose quota it is; not case-sensitive.",
  schema: { type: "string", pattern: WORKSPACE_ID_PATTERN.source, default: "default" },
  example: "acme",
};

const SECURITY = {
  type: "http",
  scheme: "bearer",
  description:
    "A key of this service (`qg_read_…`, `qg_ingest_…`, `qg_admin_…`). Not needed while the service listens on " +
    "loopback and has no keys, except for an admin's routes.",
};

/** An OpenAPI 3.1 document. */
export function openApi(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(route);
  }
  const description = "How much OpenAI quota is left. `/v1/*` and `/w/{workspace}/v1/*` are the OpenAI-compatible " +
    "gateway. `/api/quota/ws?workspace_id=` is the WebSocket, which sends the status body on connection and on each change. " +
    "Status and health bodies and WebSocket messages carry `contract`, a number that grows when a client that knows less " +
    "could misread them. Within one contract fields and enum values may be added: show an unknown value as unknown.";
  return {
    openapi: "3.1.0",
    info: { title: "Quota Gauge", version, description, license: { name: "MIT", identifier: "MIT" } },
    // Relative to the document, which a proxy may serve under a path.
    servers: [{ url: ".", description: "This service" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: componentsOf(paths),
      examples: problemExamples(),
      securitySchemes: { key: SECURITY },
    },
  };
}

function operation(route: Route): object {
  const { body, answer, params = {} } = route.example;
  const parameters = [
    ...(route.by_workspace ? [WORKSPACE_PARAMETER] : []),
    ...Object.entries(route.query ?? {}).map(([name, description]) => optional(name, description)),
    ...[...route.path.matchAll(/:(\w+)/g)].map(([, name]) => inPath(name, params[name])),
  ];
  return {
    tags: [route.tag],
    operationId: operationId(route),
    summary: route.summary,
    description: route.description,
    parameters,
    requestBody: route.body && {
      required: true,
      content: { "application/json": { schema: schemaOf(route.body), example: body } },
    },
    security: route.access === "open" ? [] : [{ key: [] }],
    responses: { [route.answer.status]: success(route, answer), ...refusals(route) },
  };
}

/** The name of the operation in generated clients, such as `getQuotaStatus`. */
function operationId({ method, path }: Route): string {
  const words = path.split("/").filter((word) => word !== "" && word !== "api" && !word.startsWith(":"));
  return method.toLowerCase() + words.map((word) => word[0].toUpperCase() + word.slice(1)).join("");
}

function success({ answer, summary }: Route, example: unknown): object {
  if (answer.status === 204) return { description: summary };
  if ("type" in answer) {
    return { description: summary, content: { [answer.type]: { schema: { type: "string" }, example } } };
  }
  return { description: summary, content: { "application/json": { schema: schemaOf(answer.schema), example } } };
}

function refusals(route: Route): Record<string, object> {
  const own: ProblemCode[] = route.by_workspace ? ["invalid_workspace"] : [];
  if (route.access !== "open") {
    own.push("key_missing", "key_invalid", "key_expired", "not_allowed", "too_many_tries", "too_many_api_calls");
  }
  if (route.body) own.push("invalid_request", "malformed_json", "body_too_large", "unsupported_media_type");
  const byStatus = Map.groupBy([...own, ...route.problems, ...EVERYWHERE], (code) => PROBLEM_STATUS[code]);
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, refusal(codes)]));
}

function refusal(codes: ProblemCode[]): object {
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  const content = { "application/problem+json": { schema: schemaOf(Problem), examples } };
  return { description: codes.join(", "), content };
}

function problemExamples(): Record<string, object> {
  const texts = Object.entries(PROBLEM_EXAMPLES) as [ProblemCode, string][];
  return Object.fromEntries(texts.map(([code, text]) => [code, { value: problem(code, text) }]));
}

function optional(name: string, description: string): object {
  return { name, in: "query", required: false, description, schema: { type: "string" } };
}

function inPath(name: string, example: string | undefined): object {
  return { name, in: "path", required: true, schema: { type: "string" }, example };
}
