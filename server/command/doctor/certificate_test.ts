import { assertEquals } from "../../../tests/support/assert.ts";
import { checkCertificate } from "./certificate.ts";

const NOW = Date.UTC(2026, 10, 26);
const DAY = 86_400_000;
const TLS = { cert: "/etc/c.pem", key: "/etc/k.pem" };

const levelsOf = async (tls: typeof TLS | null, answer: { fault: string } | { expires_at_ms: number }) => {
  const read = () => Promise.resolve("fault" in answer ? answer : { cert: "", key: "", ...answer });
  return (await checkCertificate({ tls }, read, NOW)).map(({ level, text }) => [level, text]);
};

Deno.test("a certificate is fine, expires soon, or cannot be used", async () => {
  assertEquals(await levelsOf(null, { fault: "unused" }), []);
  assertEquals(await levelsOf(TLS, { fault: "/etc/c.pem does not exist" }), [["fail", "/etc/c.pem does not exist"]]);
  assertEquals(await levelsOf(TLS, { expires_at_ms: NOW + 15 * DAY }), [[
    "ok",
    "/etc/c.pem is valid until 2026-12-11",
  ]]);
  assertEquals(await levelsOf(TLS, { expires_at_ms: NOW + 14 * DAY }), [[
    "warn",
    "/etc/c.pem is valid until 2026-12-10",
  ]]);
});
