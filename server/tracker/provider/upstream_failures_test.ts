import { assertEquals } from "../../../tests/support/assert.ts";
import { UpstreamFailures } from "./upstream_failures.ts";

Deno.test("three failures in a row make the upstream failing, and the message counts them", () => {
  const failures = new UpstreamFailures();
  const messages = [1, 2, 3, 4].map((at) => (failures.add("OpenAI fails", at), failures.message));
  assertEquals(messages, [null, null, "OpenAI fails, 3 times in a row", "OpenAI fails, 4 times in a row"]);
});

Deno.test("a success restarts the count", () => {
  const failures = new UpstreamFailures();
  for (const at of [1, 2]) failures.add("OpenAI fails", at);
  failures.success(3);
  for (const at of [4, 5]) failures.add("OpenAI fails", at);
  assertEquals(failures.message, null);
});

Deno.test("a call that was sent before the latest failure does not end the failing state; one sent since does", () => {
  const failures = new UpstreamFailures();
  for (const at of [10, 11, 12]) failures.add("OpenAI fails", at);
  failures.success(11);
  assertEquals(failures.message, "OpenAI fails, 3 times in a row");
  failures.success(12);
  assertEquals(failures.message, null);
});
