import * as fc from "fast-check";
import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { credentialOf, credentialOfKey } from "./credential.ts";

const HOST = "api.openai.com";
const of = (headers: Record<string, string>, host = HOST, url?: string) =>
  credentialOf(host, (name) => headers[name], url);
const BEARER = of({ authorization: "Bearer sk-1" });

const SAME: Record<string, string | null> = {
  "another spelling of the scheme": of({ authorization: "bearer  sk-1" }),
  "no scheme": of({ authorization: "sk-1" }),
  "spaces": of({ authorization: " Bearer sk-1 " }),
  "Azure's header": of({ "api-key": "sk-1" }),
  "Anthropic's header": of({ "x-api-key": "sk-1" }),
  "Google's header": of({ "x-goog-api-key": "sk-1" }),
  "the query": of({}, HOST, "/v1beta/models?alt=sse&key=sk-1"),
  "a page's subprotocol": of({ "sec-websocket-protocol": "realtime, openai-insecure-api-key.sk-1" }),
  "both headers that the gateway sets": of({ authorization: "Bearer sk-1", "api-key": "sk-1" }),
  "an upper-case host": of({ authorization: "Bearer sk-1" }, "API.OpenAI.com"),
  "an empty organization": of({ authorization: "Bearer sk-1", "openai-organization": "", "openai-project": " " }),
  "an SDK's socket": credentialOfKey(HOST, "sk-1"),
};
for (const [name, credential] of Object.entries(SAME)) {
  Deno.test(`one key is one credential: ${name}`, () => assertEquals(credential, BEARER));
}

Deno.test("another key, host, organization or project is another credential", () => {
  const others = [
    BEARER,
    of({ authorization: "Bearer sk-2" }),
    of({ authorization: "Bearer SK-1" }),
    of({ authorization: "Bearer sk-1" }, "team.openai.azure.com"),
    of({ authorization: "Bearer sk-1" }, "api.openai.com:8443"),
    of({ authorization: "Bearer sk-1", "openai-organization": "org-1" }),
    of({ authorization: "Bearer sk-1", "openai-project": "org-1" }),
    of({ authorization: "Bearer sk-1", "openai-organization": "org-1", "openai-project": "proj-1" }),
  ];
  assertEquals(new Set(others).size, others.length);
});

Deno.test("a page's subprotocols name the organization and the project as headers do", () => {
  const protocols = "realtime, openai-insecure-api-key.sk-1, openai-organization.org-1, openai-project.proj-1";
  const headers = { authorization: "Bearer sk-1", "openai-organization": "org-1", "openai-project": "proj-1" };
  assertEquals(of({ "sec-websocket-protocol": protocols }), of(headers));
});

Deno.test("signatures with one access key are one credential, although each differs", () => {
  const signed = (access_key: string, signature: string) =>
    of({
      authorization: `AWS4-HMAC-SHA256 Credential=${access_key}/20261127/us-east-1/bedrock/aws4_request, ` +
        `SignedHeaders=host;x-amz-date, Signature=${signature}`,
    });
  assertEquals(signed("AKIA1", "aa"), signed("AKIA1", "bb"));
  assert(signed("AKIA1", "aa") !== signed("AKIA2", "aa"));
});

Deno.test("the names of this machine are one host", () => {
  const [one, ...others] = ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"]
    .map((host) => of({ authorization: "Bearer sk-1" }, host));
  assertEquals(others, [one, one, one]);
});

Deno.test("a request without a key has no credential", () => {
  for (const headers of [{}, { authorization: "" }, { "openai-project": "proj-1" }, { "api-key": " " }]) {
    assertEquals(of(headers as Record<string, string>), null);
  }
  for (const key of [undefined, null, "", () => "sk-1"]) assertEquals(credentialOfKey(HOST, key), null);
});

Deno.test("property: the name of any key is 32 hexadecimal digits, and does not contain the key", () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.webUrl(), (key, url) => {
    const name = of({ authorization: `Bearer ${key}`, "openai-project": key }, new URL(url).host);
    if (name !== null) assertMatch(name, /^[0-9a-f]{32}$/);
    assert(name === null || key.length < 8 || !name.includes(key));
  }));
});
