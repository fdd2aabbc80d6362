import { assertEquals } from "../../../tests/support/assert.ts";
import { keyRequest } from "./MakeKey.tsx";

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

Deno.test("fields that are left empty are left out", () => {
  const empty = { workspaces: " acme ", app: "", models: " , ", note: " ", expires: "" };
  assertEquals(keyRequest("ingest", form(empty)), { kind: "ingest", workspaces: ["acme"] });
  assertEquals(keyRequest("admin", form({ note: "Ada" })), { kind: "admin", note: "Ada" });
});

Deno.test("lists are separated by commas, and the last day is used to its end", () => {
  const { workspaces, models, expires_at } = keyRequest(
    "ingest",
    form({ workspaces: "acme,beta", models: "gpt-5.4, gpt-5.4-mini", expires: "2026-12-24" }),
  );
  assertEquals([workspaces, models], [["acme", "beta"], ["gpt-5.4", "gpt-5.4-mini"]]);
  assertEquals(Date.parse(expires_at!), new Date(2026, 11, 25).getTime() - 1);
});
