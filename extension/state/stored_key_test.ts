import { assertEquals } from "../../tests/support/assert.ts";
import { keyAfter, keyFor } from "./stored_key.ts";

const HERE = "https://tools.acme.dev/quota";
const STORED = { key: "qg_read_1", server_url: HERE };

const ELSEWHERE = [
  "https://tools.acme.dev",
  "https://tools.acme.dev/quota/",
  "https://tools.acme.dev/quota2",
  "http://tools.acme.dev/quota",
  "https://tools.acme.dev:8443/quota",
  "https://tools.acme.dev.evil.example/quota",
  "",
];

for (const server_url of ELSEWHERE) {
  Deno.test(`FAULT 58: a key is not sent to, and not kept for, the address "${server_url}"`, () => {
    assertEquals([keyFor(STORED, server_url), keyAfter(STORED, server_url, null)], [null, null]);
  });
}

Deno.test("a key stays with its service, and a new one replaces it", () => {
  assertEquals(keyFor(STORED, HERE), "qg_read_1");
  assertEquals(keyAfter(STORED, HERE, null), STORED);
  assertEquals(keyAfter(STORED, HERE, "qg_read_2"), { key: "qg_read_2", server_url: HERE });
  assertEquals(keyAfter(null, HERE, "qg_read_2"), { key: "qg_read_2", server_url: HERE });
});

Deno.test("what is not a stored key gives none", () => {
  for (const bad of [undefined, null, 7, "qg_read_1", {}, { server_url: HERE }, { server_url: HERE, key: 7 }]) {
    assertEquals(keyFor(bad, HERE), null);
  }
});
