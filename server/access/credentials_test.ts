import { assertEquals } from "../../tests/support/assert.ts";
import { credentials } from "./credentials.ts";

const none = { key: null, conflicting: false, provider_key: null, in_api_key: false };
const found = { ...none, in_api_key: true };

const CASES: [why: string, headers: Record<string, string>, is_gateway: boolean, expected: object][] = [
  ["no header", {}, false, none],
  ["our key as a bearer", { authorization: "Bearer qg_read_1" }, false, { ...found, key: "qg_read_1" }],
  ["in any case, with spaces", { authorization: "BEARER   qg_read_1 " }, false, { ...found, key: "qg_read_1" }],
  ["any bearer, on our own routes", { authorization: "Bearer ' OR 1=1" }, false, { ...none, key: "' OR 1=1" }],
  ["another scheme is a wrong key, not none", { authorization: "Basic cWc6" }, false, { ...none, key: "Basic cWc6" }],
  ["an empty bearer is a wrong key, not none", { authorization: "Bearer " }, false, { ...none, key: "" }],
  ["a provider's bearer, at the gateway", { authorization: "Bearer sk-1" }, true, none],
  ["with the provider's bearer", { authorization: "Bearer sk-1", "x-quota-key": "qg_1" }, true, {
    ...none,
    key: "qg_1",
  }],
  ["an empty header is a wrong key", { "x-quota-key": "" }, true, { ...none, key: "" }],
  ["both keys in one text", { authorization: "Bearer qg_1~sk-1" }, true, {
    ...found,
    key: "qg_1",
    provider_key: "sk-1",
  }],
  ["nothing behind the tilde", { authorization: "Bearer qg_1~" }, true, { ...found, key: "qg_1" }],
  ["the admin's header", { "x-admin-key": "secret" }, false, { ...none, key: "secret" }],
  ["the same key twice", { authorization: "Bearer qg_1", "x-quota-key": "qg_1" }, false, { ...found, key: "qg_1" }],
  [
    "two different keys conflict",
    { authorization: "Bearer qg_1", "x-quota-key": "qg_2" },
    true,
    { ...found, key: "qg_2", conflicting: true },
  ],
  ["Azure's header", { "api-key": "qg_1~sk-1" }, true, { ...found, key: "qg_1", provider_key: "sk-1" }],
  ["Azure's header with a provider's key", { "api-key": "az-1" }, false, none],
  ["a subprotocol", { "sec-websocket-protocol": "realtime, openai-insecure-api-key.qg_1~sk-1" }, true, {
    ...found,
    key: "qg_1",
    provider_key: "sk-1",
  }],
  ["a subprotocol with a provider's key", { "sec-websocket-protocol": "openai-insecure-api-key.sk-1" }, true, none],
  ["any key in a subprotocol, on our own routes", { "sec-websocket-protocol": "openai-insecure-api-key.x" }, false, {
    ...none,
    key: "x",
  }],
  [
    "another key hidden behind the provider's bearer, in Azure's header",
    {
      authorization: "Bearer sk-1",
      "api-key": "qg_2",
      "x-quota-key": "qg_1",
    },
    true,
    { ...found, key: "qg_1", conflicting: true },
  ],
  [
    "another key hidden behind a bearer, in a subprotocol",
    {
      authorization: "Bearer qg_1",
      "sec-websocket-protocol": "openai-insecure-api-key.qg_2",
    },
    true,
    { ...found, key: "qg_1", conflicting: true },
  ],
];

for (const [why, headers, is_gateway, expected] of CASES) {
  Deno.test(`credentials: ${why}`, () => {
    assertEquals(credentials((name) => headers[name], is_gateway) as object, expected);
  });
}
