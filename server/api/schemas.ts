/** The zod schemas of the contract as JSON schemas, each under its name in the components of the OpenAPI document. */
import * as z from "zod/mini";
import * as access from "../../shared/access.ts";
import * as api from "../../shared/api.ts";
import * as attempts from "../../shared/attempts.ts";
import { ObservedStatusBody } from "../../shared/budgets/observed_status.ts";
import * as limits from "../../shared/limits.ts";
import * as preview from "../../shared/budgets/limits_preview.ts";
import * as problem from "../../shared/problem_schema.ts";
import * as quota from "../../shared/quota.ts";
import * as usage from "../../shared/usage.ts";

const named = z.registry<{ id: string }>();
const all = { ...access, ...api, ...attempts, ...limits, ...preview, ...problem, ...quota, ...usage };
const exported = Object.entries({ ...all, StatusBody: ObservedStatusBody });
for (const [id, value] of exported) {
  if (value instanceof Object && "_zod" in value) named.add(value, { id });
}

type JsonSchema = Record<string, unknown>;

/** A JSON schema, or a reference to the component with its name. */
export function schemaOf(schema: z.ZodMiniType): JsonSchema {
  const id = named.get(schema)?.id;
  return id === undefined ? bare(z.toJSONSchema(schema, { override })) : { $ref: uri(id) };
}

/** The named schemas that a document refers to, and those that they refer to. */
export function componentsOf(document: unknown): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(named, { uri, override });
  const used = new Map<string, JsonSchema>();
  const collect = (part: unknown): void => {
    for (const [, id] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(id)) continue;
      const schema = bare(schemas[id]);
      used.set(id, schema);
      collect(schema);
    }
  };
  collect(document);
  return Object.fromEntries([...used].toSorted(([a], [b]) => a.localeCompare(b)));
}

function uri(id: string): string {
  return `#/components/schemas/${id}`;
}

/** Clients accept fields that a later version adds to an answer. Only a strict object, which a caller sends, is closed. */
const override: z.core.ToJSONSchemaParams["override"] = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod as { def: { type: string; catchall?: unknown } };
  if (def.type === "object" && def.catchall === undefined) delete jsonSchema.additionalProperties;
};

function bare({ $schema: _, $id: __, ...rest }: JsonSchema): JsonSchema {
  return rest;
}
