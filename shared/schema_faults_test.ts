import { assert, assertEquals } from "../tests/support/assert.ts";
import { KeyRequest, RedeemRequest, RotateRequest } from "./access.ts";
import { ResetRequest } from "./api.ts";
import { AMOUNT_RULE } from "./budgets/names.ts";
import { AttemptBatch, ReservationRequest } from "./attempts.ts";
import { LimitsFile } from "./limits.ts";
import { StatusBody } from "./quota.ts";
import { faultsOf } from "./schema_faults.ts";

const RESERVATION = { id: "reservation-1", workspace_id: "acme", tokens: 1 };
const models = (models: object) => ({ workspaces: { acme: { models } } });

type Case = [schema: Parameters<typeof faultsOf>[0], value: unknown, faults: string[]];
const CASES: Case[] = [
  [KeyRequest, { kind: "read" }, []],
  [KeyRequest, {}, ['kind is missing: it must be "ingest", "read" or "admin"']],
  [KeyRequest, { kind: "reader" }, ['kind must be "ingest", "read" or "admin", not "reader"']],
  [KeyRequest, { kind: null }, ['kind must be "ingest", "read" or "admin", not null']],
  [KeyRequest, { kind: "read", role: 1, id: 2 }, [
    'the body has no field "role", "id": use kind, workspaces, app, models, expires_at or note',
  ]],
  [KeyRequest, { kind: "read", workspaces: "acme" }, ['workspaces must be a list of at most 100 entries, not "acme"']],
  [KeyRequest, { kind: "read", workspaces: [7] }, ["workspaces[0] must be a text, not 7"]],
  [KeyRequest, { kind: "read", note: "" }, ['note must be a text of 1 to 200 characters or null, not ""']],
  [KeyRequest, { kind: "read", models: [] }, ["models must be a list of 1 to 100 entries or null, not a list of 0"]],
  [KeyRequest, { kind: "read", models: [""] }, ['models[0] must be a text of 1 to 200 characters, not ""']],
  [KeyRequest, { kind: "read", expires_at: "tomorrow" }, [
    'expires_at must be an instant in UTC such as "2026-11-21T10:00:00.000Z" or null, not "tomorrow"',
  ]],
  [KeyRequest, [], [
    "the body must be an object with kind, workspaces, app, models, expires_at and note, not a list of 0",
  ]],
  [RedeemRequest, { code: "x".repeat(50), name: "Firefox" }, [
    `code must be a text of at most 40 characters, not "${"x".repeat(40)}…" (50 characters)`,
  ]],
  [RotateRequest, { overlap_seconds: -1 }, ["overlap_seconds must be a whole number from 0, not -1"]],
  [RotateRequest, { overlap_seconds: 1.5 }, ["overlap_seconds must be a whole number from 0, not 1.5"]],
  [RotateRequest, null, ["the body must be an object with overlap_seconds, not null"]],
  [ReservationRequest, { ...RESERVATION, id: "short" }, [
    'id must be 8 to 64 visible ASCII characters, without backslashes, %2F and the like, and ../, not "short"',
  ]],
  [ReservationRequest, { ...RESERVATION, tokens: 2 ** 53 }, [
    "tokens must be a whole number from 0 up to 9007199254740991, not 9007199254740992",
  ]],
  [ReservationRequest, { ...RESERVATION, tokens: Infinity }, [
    "tokens must be a whole number from 0 up to 9007199254740991, not Infinity",
  ]],
  [AttemptBatch, { attempts: [] }, ["attempts must be a list of 1 to 500 entries, not a list of 0"]],
  [AttemptBatch, { attempts: [5] }, [
    "attempts[0] must be an object with id, call_id, retry, workspace_id, endpoint, model, app, stream, …, not 5",
  ]],
  [LimitsFile, models({ "gpt-5.4": { tokens_per_day: 0 } }), [
    'workspaces.acme.models["gpt-5.4"].tokens_per_day must be a whole number from 1 up to 999999999999 or null, not 0',
  ]],
  [LimitsFile, models({ "": {} }), [
    'the name "" in workspaces.acme.models must be a text of 1 to 200 characters',
  ]],
  ...["5.1234567891", "0", "-1", "20 USD", "1e3", "30d", "", "1000000000", 20].map((day): Case => [
    LimitsFile,
    { default: { budgets: { day } } },
    [`default.budgets.day must be ${AMOUNT_RULE} or null, not ${JSON.stringify(day)}`],
  ]),
  ...["5.135", "0.05", "999999999.999999999", null].map((week): Case => [
    LimitsFile,
    { workspaces: { acme: { apps: { "*": { budgets: { week }, budget_mode: "soft" } } } } },
    [],
  ]),
  [LimitsFile, { default: { budgets: { "30d": "20" } } }, [
    'default.budgets has no field "30d": use day, week or month',
  ]],
  [LimitsFile, { default: { raises: [{ until: "30d", day: "40" }] } }, [
    'default.raises[0].until must be an instant in UTC such as "2026-11-21T10:00:00.000Z", not "30d"',
  ]],
  [LimitsFile, { workspaces: { "Acme Corp": {} } }, [
    'the name "Acme Corp" in workspaces must be 1 to 64 of a-z, 0-9, _ and -, the first a letter or a digit',
  ]],
  [LimitsFile, { defaults: {} }, ['the body has no field "defaults": use default, workspaces or prices']],
  [LimitsFile, { workspaces: [] }, ["workspaces must be an object whose keys are names, not a list of 0"]],
  [LimitsFile, { workspaces: { acme: true } }, [
    "workspaces.acme must be an object with requests_per_minute, requests_per_day, tokens_per_minute, " +
    "tokens_per_day, budgets, budget_mode, models, apps, …, not true",
  ]],
];
for (const [schema, value, faults] of CASES) {
  Deno.test(`words of a fault: ${faults[0] ?? "none"}`, () =>
    assertEquals(faultsOf(schema, value, "the body"), faults));
}

Deno.test("words of a fault: the numbers of a status body", () => {
  const faults = faultsOf(StatusBody, { warning_ratio: 0 }, "the body");
  assert(faults.includes("warning_ratio must be a number above 0 up to 1, not 0"), faults.join("\n"));
});

Deno.test("a name that would change the text around it is shown as escapes, and a long one is cut", () => {
  const [fault] = faultsOf(ResetRequest, { "a\u202e\u200b\n": 1, workspace_id: "a", scope: "all" }, "the body");
  assertEquals(fault, 'the body has no field "a\\u202e\\u200b\\n": use workspace_id or scope');
  const [long] = faultsOf(LimitsFile, { workspaces: { ["x".repeat(5000)]: {} } }, "the file");
  assert(long.length < 200, long);
});

Deno.test("at most as many faults are described as are asked for", () => {
  assertEquals(faultsOf(AttemptBatch, { attempts: [1, 2, 3, 4] }, "the body", 2).length, 2);
});
