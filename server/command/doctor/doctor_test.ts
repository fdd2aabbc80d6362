import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { diagnose, type DoctorDeps, printFindings } from "./doctor.ts";
import { fail, ok, warn } from "./finding.ts";

const DEPS: DoctorDeps = {
  environment: {},
  send: () => Promise.resolve(new Response()),
  time: { now: () => 0, zone: "UTC" },
  disk: { probe: () => 5e9, isOwn: () => true, ledgerFault: () => null },
  network: { fetch: () => Promise.reject(new Error("refused")), tryListen: () => Promise.resolve(), version: "1" },
  builds: { folders: { Chromium: "/b" }, read: () => '{"version":"1"}', version: "1" },
  readCertificate: () => Promise.resolve({ fault: "not readable" }),
  keysOf: () => [],
};

const checksOf = async (deps: Partial<DoctorDeps>) => (await diagnose({ ...DEPS, ...deps })).map(({ check }) => check);

Deno.test("every part of the installation is checked", async () => {
  const environment = { QUOTA_PUBLIC_URL: "https://q.acme.dev", QUOTA_TLS_CERT: "/c.pem", QUOTA_TLS_KEY: "/k.pem" };
  assertEquals([...new Set(await checksOf({ environment }))].sort(), [
    "certificate",
    "clock",
    "data",
    "extension",
    "keys",
    "ledger",
    "port",
    "prices",
    "public URL",
    "settings",
    "upstream",
  ]);
});

Deno.test("with a wrong setting, nothing is checked that depends on the settings", async () => {
  assertEquals(await checksOf({ environment: { PORT: "x" } }), ["settings", "extension"]);
});

Deno.test("a store of keys that cannot be read is a fault", async () => {
  const keysOf = () => {
    throw new Error("Cannot open the keys");
  };
  const findings = await diagnose({ ...DEPS, keysOf });
  const { level, text } = findings.find(({ check }) => check === "keys")!;
  assertEquals([level, text], ["fail", "Cannot open the keys"]);
});

function printed(findings: Parameters<typeof printFindings>[0], options: { json: boolean; colour: boolean }) {
  let text = "";
  return { code: printFindings(findings, options, (line) => text = line), text };
}

Deno.test("the exit code is 1 for a fault alone", () => {
  const plain = { json: false, colour: false };
  const [fine, faulty] = [[ok("clock", "it agrees"), warn("data", "little", "Make room")], [
    fail("port", "taken", "x"),
  ]];
  assertEquals([printed(fine, plain).code, printed(faulty, plain).code], [0, 1]);
});

Deno.test("each finding is a line, and its remedy is another; JSON has the same", () => {
  const findings = [ok("clock", "it agrees"), fail("public URL", "no answer", "Start the service")];
  const lines = [
    "ok    clock        it agrees",
    "fail  public URL   no answer",
    "                   Start the service",
  ];
  assertEquals(printed(findings, { json: false, colour: false }).text, lines.join("\n"));
  assertStringIncludes(printed(findings, { json: false, colour: true }).text, "\u001b[31mfail\u001b[39m  public URL");
  const { text } = printed(findings, { json: true, colour: true });
  assert(!text.includes("\u001b"));
  assertEquals(JSON.parse(text), { ok: false, findings });
});
