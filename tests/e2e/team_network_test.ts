/**
 * A team on a network: the service on one host with TLS, behind nginx or with its own certificate; a browser and a program
 * on another host. Only the documented commands are used, and the documented nginx configuration.
 */
import { createHash, X509Certificate } from "node:crypto";
import { findBrowser } from "../../tools/lib/browsers.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { findProgram } from "../../tools/lib/system_programs.mjs";
import { copyBuild } from "../bench/harness/copy_build.ts";
import { freePort } from "../bench/harness/free_port.ts";
import { HOST, writeCertificate } from "../proxies/proxy_stage.ts";
import { nginx } from "../proxies/nginx.ts";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { BUILDS, type ExtensionBrowser } from "../support/browsers.ts";
import { TOOLS_PAIR } from "../support/certificate_pairs.ts";
import { launchChromium } from "../support/chromium.ts";
import { eventually } from "../support/eventually.ts";
import { type Service, startService } from "../support/service.ts";
import { connectFromZero, finishSetUp } from "./first_set_up.ts";
import { openChat, readPopup, readWidget } from "./surfaces.ts";
import { type Host, withTwoHosts } from "./two_hosts.ts";

const machine = thisMachine(ROOT);
const NGINX = findProgram("nginx", machine);
const ADMIN = "an-admin-of-the-test";
const PUBLIC_URL = `https://${HOST}/quota`;

/** Starts a program on a host. It is ended with the scope. */
function start(host: Host, command: string[], env: Record<string, string> = {}) {
  const [program, ...args] = host.wrap(command);
  const child = new Deno.Command(program, { args, env, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    /** The first line that it prints. */
    async line(): Promise<string> {
      let text = "";
      while (!text.includes("\n")) {
        const { value, done } = await lines.read();
        if (done) throw new Error(`${command.join(" ")} ended: ${text}`);
        text += value;
      }
      return text.split("\n")[0];
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await lines.cancel();
      await child.status;
    },
  };
}

/** Runs a program on a host to its end, and returns what it printed. */
async function output(host: Host, command: string[], env: Record<string, string> = {}): Promise<string> {
  const [program, ...args] = host.wrap(command);
  const { stdout, stderr, success } = await new Deno.Command(program, { args, env, cwd: ROOT }).output();
  const [said, problems] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`${command.join(" ")}:\n${said}${problems}`);
  return said;
}

function part(name: string): string[] {
  return [Deno.execPath(), "run", "-A", "--quiet", "--no-check", `${ROOT}/tests/e2e/host_program.ts`, name];
}

/** `npm run keys -- …`, where the service runs. */
function keys(server: Host, service: Service, args: string): Promise<string> {
  const command = [Deno.execPath(), "run", "-A", "--quiet", "--no-check", `${ROOT}/server/command/main.ts`, "keys"];
  const env = { QUOTA_STORE: `sqlite:${service.dataFolder}/quota.db`, HOST: "127.0.0.1" };
  return output(server, [...command, ...args.split(" ")], env);
}

/** Chromium on a host. It looks the name up in this test's table, and trusts this test's certificate. */
async function launchOn(host: Host, address: string, cleanup: AsyncDisposableStack): Promise<ExtensionBrowser> {
  const found = await findBrowser("chromium", machine);
  if ("fault" in found) throw new Error(found.fault);
  const build = await buildWithPermission();
  cleanup.defer(() => Deno.remove(build, { recursive: true }));
  const path = `${build}/../${build.split("/").at(-1)}-chromium`;
  await Deno.writeTextFile(path, `#!/bin/sh\nexec ${host.wrap([found.path]).join(" ")} "$@"\n`, { mode: 0o755 });
  cleanup.defer(() => Deno.remove(path));
  const key = new X509Certificate(TOOLS_PAIR.cert).publicKey.export({ type: "spki", format: "der" });
  const pin = createHash("sha256").update(key).digest("base64");
  const args = [`--host-resolver-rules=MAP ${HOST}:443 ${address}`, `--ignore-certificate-errors-spki-list=${pin}`];
  return await launchChromium({ path, build, headless: true, scheme: "light", args });
}

/** The build with the permission for the service's address: a headless browser shows no prompt that a test could accept. */
async function buildWithPermission(): Promise<string> {
  const manifest = JSON.parse(await Deno.readTextFile(`${BUILDS.chromium}/manifest.json`));
  manifest.host_permissions.push(`https://${HOST}/*`);
  return await copyBuild(BUILDS.chromium, { "manifest.json": JSON.stringify(manifest) });
}

/** Sends calls from a program on a host, which trusts the certificate in a file. */
async function call(host: Host, to: string, ca: string, key: string): Promise<void> {
  const body = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "How much is left?" }] });
  const place = ["--connect-to", `${HOST}:443:${to}`, "--cacert", ca];
  const headers = ["-H", `authorization: Bearer ${key}`, "-H", "content-type: application/json"];
  const url = `${PUBLIC_URL}/w/acme/v1/chat/completions`;
  assertStringIncludes(await output(host, ["curl", "-sS", ...place, ...headers, "-d", body, url]), "chat.completion");
}

/** Where the service is reached from the network. */
interface Entry {
  /** With the certificate. */
  folder: string;
  port: number;
  /** The provider's address. */
  upstream: string;
}

type StartEntry = (server: Host, entry: Entry, cleanup: AsyncDisposableStack) => Promise<Service>;

/** Revokes a key from a host, as an admin. */
async function revoke(host: Host, to: string, ca: string, id: string): Promise<void> {
  const place = ["--connect-to", `${HOST}:443:${to}`, "--cacert", ca, "-H", `authorization: Bearer ${ADMIN}`];
  await output(host, ["curl", "-sS", "--fail", "-X", "DELETE", ...place, `${PUBLIC_URL}/api/quota/keys/${id}`]);
}

async function startAt(server: Host, upstream: string, env: Record<string, string>, port = 0): Promise<Service> {
  const wrap = (command: string[]) => server.wrap(command);
  const settings = { QUOTA_PUBLIC_URL: PUBLIC_URL, OPENAI_API_KEY: "sk-service", QUOTA_ADMIN_KEY: ADMIN };
  return await startService({ upstream, port, wrap, env: { ...settings, ...env } });
}

const behindNginx: StartEntry = async (server, { folder, port, upstream }, cleanup) => {
  const service = await startAt(server, upstream, { QUOTA_TRUSTED_PROXIES: "127.0.0.1" });
  cleanup.defer(() => service.close());
  const service_port = Number(new URL(service.url).port);
  const { args } = await nginx.command({ path: NGINX!, folder, address: server.address, port, service_port });
  cleanup.use(start(server, [NGINX!, ...args]));
  return service;
};

const withOwnCertificate: StartEntry = async (server, { folder, port, upstream }, cleanup) => {
  const files = { QUOTA_TLS_CERT: `${folder}/cert.pem`, QUOTA_TLS_KEY: `${folder}/key.pem` };
  const service = await startAt(server, upstream, { ...files, HOST: server.address }, port);
  cleanup.defer(() => service.close());
  return service;
};

async function play(server: Host, desk: Host, startEntry: StartEntry): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "quota-gauge-entry-" });
  cleanup.defer(() => Deno.remove(folder, { recursive: true }));
  await writeCertificate(folder);
  const provider = cleanup.use(start(server, part("provider")));
  const chat = cleanup.use(start(desk, part("chat")));
  const port = server.address.startsWith("127.") ? freePort() : 443;
  const at = `${server.address}:${port}`;
  const service = await startEntry(server, { folder, port, upstream: await provider.line() }, cleanup);
  const browser = await launchOn(desk, at, cleanup);
  cleanup.defer(() => browser.close());

  const ingest = /qg_ingest_\w+/.exec(await keys(server, service, "create --kind ingest --workspace acme"))![0];
  const code = /[\dA-Z]{4}-[\dA-Z]{4}/.exec(await keys(server, service, "pair --workspace acme"))![0];
  const options = await browser.openOptions();
  const said = await connectFromZero(options, { address: PUBLIC_URL, code });
  assertEquals(said, `Connected to ${PUBLIC_URL}: workspace "acme" is normal.`);
  const chat_url = await chat.line();
  await finishSetUp(options, `${chat_url}/c/launch`);

  const popup = await browser.openPopup();
  const page = await openChat(browser, options, `${chat_url}/c/launch`);
  for (let sent = 1; sent <= 3; sent++) {
    await call(desk, at, `${folder}/cert.pem`, ingest);
    await eventually(async () => {
      const shown = [await readPopup(popup), await readWidget(options, chat_url)];
      assertEquals(shown.map((it) => [it?.connection, it?.counts.requests_per_day]), [
        ["live", `${sent} of 10,000`],
        ["live", `${sent} of 10,000`],
      ]);
    });
  }

  const id = /(\w{8}) +read/.exec(await keys(server, service, "list"))![1];
  const revoked_at = performance.now();
  await revoke(desk, at, `${folder}/cert.pem`, id);
  await popup.until(() => document.querySelector("main")?.getAttribute("data-connection") === "key_refused");
  const took = performance.now() - revoked_at;
  assert(took < 1000, `shown after ${took} ms`);
  await eventually(async () => assertEquals((await readWidget(options, chat_url))?.connection, "key_refused"));
  await page.close();
}

const SEEN = "a browser on another host pairs, shows live numbers, and is refused within a second";

Deno.test({
  name: `through nginx with TLS, ${SEEN}`,
  ignore: NGINX === null,
  fn: () => withTwoHosts((server, desk) => play(server, desk, behindNginx)),
});

Deno.test(`with the service's own certificate, ${SEEN}`, () =>
  withTwoHosts((server, desk) => play(server, desk, withOwnCertificate)));
