import { problem } from "../../../shared/problem.ts";
import { assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { redeem } from "./redeem.ts";

const SERVICE = "https://tools.acme.dev/quota";

function answered(answer: () => Response | Promise<Response>) {
  return redeem(SERVICE, "ABCD-EFGH", "Firefox on Linux", () => Promise.resolve().then(answer));
}

Deno.test("a code is sent in the body to the service's own path, without cookies and redirects", async () => {
  const requests: [unknown, RequestInit | undefined][] = [];
  const redeemed = await redeem(SERVICE, "ABCD-EFGH", "Firefox on Linux", (url, init) => {
    requests.push([url, init]);
    return Promise.resolve(Response.json({ key: "qg_read_1", workspace_id: "acme" }, { status: 201 }));
  });
  assertEquals(redeemed, { key: "qg_read_1", workspace_id: "acme" });
  const [[url, init]] = requests;
  assertEquals(url, "https://tools.acme.dev/quota/api/quota/pairing/redeem");
  assertEquals(init?.body, '{"code":"ABCD-EFGH","name":"Firefox on Linux"}');
  assertEquals([init?.method, init?.credentials, init?.redirect], ["POST", "omit", "manual"]);
});

const FAILURES: [name: string, answer: () => Response | Promise<Response>, words: string][] = [
  [
    "a wrong, used or expired code",
    () => Response.json(problem("pairing_code_invalid", "no"), { status: 404 }),
    "wrong, used or expired",
  ],
  [
    "too many tries",
    () => Response.json(problem("too_many_tries", "no"), { status: 429, headers: { "retry-after": "17" } }),
    "Wait 17 s",
  ],
  [
    "too many tries, behind a proxy that drops the time",
    () => Response.json(problem("too_many_tries", "no"), { status: 429 }),
    "Wait 60 s",
  ],
  [
    "another refusal, in the service's words",
    () => Response.json(problem("foreign_host", "Set QUOTA_PUBLIC_URL."), { status: 403 }),
    "Set QUOTA_PUBLIC_URL.",
  ],
  ["another server's page", () => new Response("<html>", { status: 200 }), "not as Quota Gauge"],
  ["an answer without a key", () => Response.json({ ok: true }, { status: 201 }), "not as Quota Gauge"],
  ["a redirect", () => Response.redirect("https://evil.example/"), "it redirects to another address"],
  ["a proxy before a stopped service", () => new Response("", { status: 502 }), "the service behind it is down"],
  ["no service or a certificate", () => Promise.reject(new TypeError("Failed to fetch")), "trust its certificate"],
  ["no service", () => Promise.reject(new TypeError("Failed to fetch")), "Cannot reach https://tools.acme.dev/quota"],
];

for (const [name, answer, words] of FAILURES) {
  Deno.test(`pairing fails: ${name}`, async () => {
    const result = await answered(answer);
    assertStringIncludes("sentence" in result ? result.sentence : "a key", words);
  });
}
