/** `GET /healthz` */
import { Health } from "../../../shared/api.ts";
import { healthBody } from "../health_body.ts";
import { route } from "../route.ts";

export const health = route({
  method: "GET",
  path: "/healthz",
  summary: "Whether the service works",
  answer: { status: 200, schema: Health },
  problems: [],
  handle: (_request, deps) => healthBody(deps),
});
