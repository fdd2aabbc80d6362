import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { type ErrorClass, errorClass, errorName, providerError } from "./provider_error.ts";

Deno.test("an error is classed by its code first, then by its status", () => {
  const cases: [number, string | null, string | null, string | null, ErrorClass][] = [
    [429, "rate_limit_exceeded", "requests", null, "rate_limited"],
    [429, "slow_down", null, null, "rate_limited"],
    [429, null, null, null, "rate_limited"],
    [200, "rate_limit_exceeded", null, null, "rate_limited"],
    [429, "insufficient_quota", "insufficient_quota", null, "quota_exceeded"],
    [429, null, "insufficient_quota", null, "quota_exceeded"],
    [429, "credit_balance_exhausted", null, null, "quota_exceeded"],
    [403, "project_spend_limit_exceeded", null, null, "quota_exceeded"],
    [429, "organization_usage_limit_exceeded", null, null, "quota_exceeded"],
    [400, "Billing_Hard_Limit_Reached", null, null, "quota_exceeded"],
    [429, null, null, "Resource Unavailable: try later", "degraded"],
    [429, "rate_limit_exceeded", "tokens", "Request too large for gpt-4o on tokens per min (TPM): Limit 1", "request"],
    [429, "request_too_large", null, null, "request"],
    [413, "request_too_large", null, null, "request"],
    [429, "rate_limit_exceeded", "tokens", "Rate limit reached: the request is too large now", "rate_limited"],
    [503, "server_is_overloaded", null, null, "degraded"],
    [200, "server_error", null, null, "degraded"],
    [500, null, null, null, "degraded"],
    [429, "organization_spend_limit_exceeded", null, null, "quota_exceeded"],
    [200, "insufficient_quota", null, null, "quota_exceeded"],
    [500, "insufficient_quota", null, null, "quota_exceeded"],
    [200, null, "tokens", null, "rate_limited"],
    [200, null, "requests", null, "rate_limited"],
    [503, "slow_down", null, null, "rate_limited"],
    [429, "resource_unavailable", null, null, "degraded"],
    [200, null, null, "Resource Unavailable", "degraded"],
    [400, null, null, "Resource Unavailable", "request"],
    [200, "connection_lost", null, null, "degraded"],
    [200, "timeout", null, null, "degraded"],
    [502, null, null, "<html>", "degraded"],
    [401, "invalid_api_key", null, null, "credentials"],
    [200, "invalid_api_key", null, null, "credentials"],
    [403, "rate_limit_exceeded", null, null, "rate_limited"],
    [403, "unsupported_country_region_territory", "request_forbidden", null, "credentials"],
    [403, null, null, null, "credentials"],
    [400, "context_length_exceeded", null, null, "request"],
    [404, null, null, null, "request"],
    [200, null, null, null, "request"],
  ];
  for (const [status, code, type, message, expected] of cases) {
    assertEquals(errorClass(status, { code, type, message }), expected, `${status} ${code} ${type} ${message}`);
  }
});

Deno.test("an error's name is its code, or insufficient_quota if only its type says so", () => {
  const name = (code: string | null, type: string | null) => errorName({ code, type, message: null });
  assertEquals(name("rate_limit_exceeded", "tokens"), "rate_limit_exceeded");
  assertEquals(name("429", "insufficient_quota"), "insufficient_quota");
  assertEquals(name("billing_not_active", "insufficient_quota"), "billing_not_active");
  assertEquals([name(null, "server_error"), name(null, null)], ["server_error", null]);
  // Another process reports the name, and never the message.
  const flex = { code: null, type: "requests", message: "Resource Unavailable: try later" };
  assertEquals([errorName(flex), errorName({ ...flex, code: "slow_down" })], ["resource_unavailable", "slow_down"]);
});

Deno.test("an error is read in each shape that providers use", () => {
  const error = { code: "c", type: "t", message: "m" };
  assertEquals(providerError({ error }), error);
  assertEquals(providerError({ type: "response.failed", response: { error: { code: "c", message: "m" } } }), {
    ...error,
    type: null,
  });
  assertEquals(providerError({ type: "error", code: "c", message: "m" }), { ...error, type: "error" });
  assertEquals(providerError({ error: "only words" }), { code: null, type: null, message: "only words" });
  assertEquals(providerError({ error: { code: 400, message: "" } }), { code: "400", type: null, message: null });
  assertEquals(providerError({ error: { message: "x".repeat(1000) } })?.message?.length, 200);
  for (const nothing of [null, undefined, "text", 5]) assertEquals(providerError(nothing), null);
});

Deno.test("any body can be read without an exception", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: 100, max: 599 }), (body, status) => {
    const error = providerError(body);
    assert(error === null || errorClass(status, error));
  }));
});

Deno.test("an error that is null or a number has no code", () => {
  assertEquals(providerError({ error: 5 }), null);
  assertEquals(providerError({ error: true }), null);
  assertEquals(providerError({ error: null, code: "c" }), { code: "c", type: null, message: null });
});
