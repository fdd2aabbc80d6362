import { readConfig } from "../../config/config.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { checkPort, checkPublicUrl, type Network } from "./listening.ts";

const OURS = { version: "1.0.0", status: "ok" };
const REFUSED = new TypeError("fetch failed", { cause: new Error("Connection refused") });

function network(answer: object | string | Error, listens: string | null = null): Network & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    version: "1.0.0",
    fetch: (url) => {
      asked.push(url);
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve(typeof answer === "string" ? new Response(answer) : Response.json(answer));
    },
    tryListen: () =>
      listens === null ? Promise.resolve() : Promise.reject(Object.assign(new Error(), { code: listens })),
  };
}

const PORTS: [name: string, network: Network, level: string, text: string, remedy: string][] = [
  ["free", network(REFUSED), "ok", "127.0.0.1:8787 is free; the service is not running", ""],
  ["the service's", network(OURS), "ok", "the service answers on 127.0.0.1:8787", ""],
  [
    "the service's, of another version",
    network({ ...OURS, version: "0.9.0" }),
    "warn",
    "0.9.0, this is 1.0.0",
    "Restart",
  ],
  ["the service's, which is degraded", network({ ...OURS, status: "degraded" }), "warn", "is degraded", "log"],
  [
    "another program's",
    network("<html>", "EADDRINUSE"),
    "fail",
    "Cannot listen on 127.0.0.1:8787: it is taken",
    "Set PORT",
  ],
  ["forbidden", network(REFUSED, "EACCES"), "fail", "this user may not use it", "Set PORT above 1023"],
  ["of a machine elsewhere", network(REFUSED, "EADDRNOTAVAIL"), "fail", "no such address", "Set HOST to 127.0.0.1"],
  ["unusable for an unknown reason", network(REFUSED, "EWHAT"), "fail", "Cannot listen on", "Set HOST"],
];

for (const [name, parts, level, text, remedy] of PORTS) {
  Deno.test(`the port is ${name}: ${level}`, async () => {
    const finding = await checkPort(readConfig({}), parts);
    assertEquals(finding.level, level);
    assertStringIncludes(finding.text, text);
    assertStringIncludes(finding.remedy ?? "", remedy);
  });
}

for (
  const [host, asked] of [
    ["0.0.0.0", "http://127.0.0.1:8787/healthz"],
    ["::", "http://[::1]:8787/healthz"],
    ["fd00::1", "http://[fd00::1]:8787/healthz"],
    ["10.0.0.1", "http://10.0.0.1:8787/healthz"],
  ]
) {
  Deno.test(`with HOST=${host}, the service is looked for at ${asked}`, async () => {
    const parts = network(OURS);
    await checkPort(readConfig({ HOST: host }), parts);
    assertEquals(parts.asked, [asked]);
  });
}

Deno.test("with a certificate, the service is asked over https; the certificate is seldom one for the address", async () => {
  const config = readConfig({ QUOTA_TLS_CERT: "/c.pem", QUOTA_TLS_KEY: "/k.pem" });
  const cause = new Error("client error (Connect): invalid peer certificate: NotValidForName");
  const parts = network(new TypeError("fetch failed", { cause }));
  const { level, text } = await checkPort(config, parts);
  assertEquals([parts.asked, level], [["https://127.0.0.1:8787/healthz"], "ok"]);
  assertStringIncludes(text, "with a certificate for another name");
});

Deno.test("a port that the service chooses itself is not looked for", async () => {
  const parts = network(OURS);
  assertEquals([(await checkPort(readConfig({ PORT: "0" }), parts)).level, parts.asked], ["ok", []]);
});

const HTTPS = { QUOTA_PUBLIC_URL: "https://tools.acme.dev/quota/" };

const URLS: [name: string, env: Record<string, string>, network: Network, levels: string[], text: string][] = [
  ["leads to the service", HTTPS, network(OURS), ["ok"], "https://tools.acme.dev/quota leads to the service"],
  [
    "leads to an older service",
    HTTPS,
    network({ ...OURS, version: "0.9.0" }),
    ["warn"],
    "version 0.9.0, this is 1.0.0",
  ],
  ["leads to another program", HTTPS, network({ detail: "Cannot answer" }), ["fail"], "200, Cannot answer"],
  ["leads nowhere", HTTPS, network(REFUSED), ["fail"], "cannot be reached: nothing listens there"],
  ["is not encrypted", { QUOTA_PUBLIC_URL: "http://q.acme.dev" }, network(OURS), ["ok", "warn"], "leads"],
  ["is missing on a network", { HOST: "0.0.0.0" }, network(OURS), ["warn"], "QUOTA_PUBLIC_URL is not set"],
  ["is not needed on one machine", {}, network(OURS), [], ""],
];

for (const [name, env, parts, levels, text] of URLS) {
  Deno.test(`the public URL ${name}`, async () => {
    const findings = await checkPublicUrl(readConfig(env), parts);
    assertEquals(findings.map(({ level }) => level), levels);
    assert(findings.every(({ level, remedy }) => (remedy === null) === (level === "ok")));
    assertStringIncludes(findings[0]?.text ?? "", text);
  });
}

Deno.test("a certificate that is not trusted has a remedy of its own", async () => {
  const cause = new Error("client error (Connect): invalid peer certificate: UnknownIssuer");
  const [{ text, remedy }] = await checkPublicUrl(readConfig(HTTPS), network(new TypeError("fetch failed", { cause })));
  assertStringIncludes(text, "cannot be reached: invalid peer certificate: UnknownIssuer");
  assertStringIncludes(remedy!, "DENO_CERT");
  const [other] = await checkPublicUrl(readConfig(HTTPS), network(REFUSED));
  assertStringIncludes(other.remedy!, "Start the service");
});

Deno.test("the public URL is asked for below its path", async () => {
  const parts = network(OURS);
  await checkPublicUrl(readConfig(HTTPS), parts);
  assertEquals(parts.asked, ["https://tools.acme.dev/quota/healthz"]);
});
