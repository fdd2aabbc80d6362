/** `GET /healthz`, `/livez` and `/readyz`, which need no key. */
import * as z from "zod/mini";
import { CONTRACT } from "../../../shared/contract.ts";
import { Health } from "../../../shared/api.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { healthBody } from "../health_body.ts";
import { route } from "../route.ts";

export const health = route({
  method: "GET",
  path: "/healthz",
  tag: "Health",
  summary: "Whether the service works",
  description: "Callers without a key, where one is needed, learn only the status and the version.",
  access: "open",
  answer: { status: 200, schema: Health },
  example: {
    answer: {
      contract: CONTRACT,
      status: "ok",
      version: "0.1.0",
      uptime_seconds: 86_400,
      ledger: "ok",
      limits: "ok",
      keys: "ok",
      prices: { library: "@pydantic/genai-prices 0.1.8", overlay_date: "2026-11-27", age_days: 9 },
      problems: [],
      in_flight: 3,
      waiting: 0,
    },
  },
  problems: [],
  handle: (_request, deps) => healthBody(deps, !deps.access.isTeam),
});

const Ok = z.object({ status: z.literal("ok") });

export const live = route({
  method: "GET",
  path: "/livez",
  tag: "Health",
  summary: "Whether the process runs: restart it when this fails",
  access: "open",
  answer: { status: 200, schema: Ok },
  example: { answer: { status: "ok" } },
  problems: [],
  handle: () => ({ status: "ok" }),
});

export const ready = route({
  method: "GET",
  path: "/readyz",
  tag: "Health",
  summary: "Whether the service can record calls: send it none when this fails",
  access: "open",
  answer: { status: 200, schema: Ok },
  example: { answer: { status: "ok" } },
  problems: ["ledger_unavailable"],
  handle: (_request, { tracker }) => {
    if (tracker.ledgerFault !== null) throw new ProblemError("ledger_unavailable", tracker.ledgerFault);
    return { status: "ok" };
  },
});
