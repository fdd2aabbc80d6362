/** Services that the extension cannot use or cannot read, in real browsers: each is explained in words. */
import { copyBuild } from "../bench/harness/copy_build.ts";
import { freePort } from "../bench/harness/free_port.ts";
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import type { StatusBody } from "../../shared/quota.ts";
import type { View } from "../../shared/view.ts";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { BUILDS, type ExtensionBrowser, launchBrowser, type Tab } from "../support/browsers.ts";
import { CERTIFICATE, CERTIFICATE_KEY } from "../support/certificate.ts";
import { eventually } from "../support/eventually.ts";
import { configure } from "../support/extension.ts";
import { statusBody, wire } from "../support/statuses.ts";
import { readPopup } from "./surfaces.ts";

const BROWSERS: BrowserName[] = ["chromium", "firefox"];

/** A status of this moment. */
function now(more: Partial<StatusBody> = {}): StatusBody {
  return statusBody({ server_time: wire(Date.now()), ...more });
}

/** The status with a value that only a newer service sends. */
function paused(): object {
  return { ...now(), status: "paused" };
}

/** A service at a path or port of its own, which answers every request alike. */
function serve(answer: () => Response, tls: { cert?: string; key?: string } = {}) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => answer(), ...tls },
    answer,
  );
  return { port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A service whose every WebSocket message the test sends. */
function serveSockets() {
  const sockets: WebSocket[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (request.headers.get("upgrade") !== "websocket") return Response.json(paused());
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => sockets.push(socket);
    return response;
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    opened: () => eventually(() => sockets.at(-1) ?? Promise.reject(new Error("No socket was opened"))),
    update(data: object): void {
      const update = { contract: 2, type: "quota_update", data, timestamp: wire(Date.now()) };
      for (const socket of sockets) socket.send(JSON.stringify(update));
    },
    /** Sends a ping, and waits for the pong. */
    async ping(): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      sockets.at(-1)!.onmessage = ({ data }) => JSON.parse(data).type === "pong" && resolve();
      sockets.at(-1)!.send('{"contract":2,"type":"ping"}');
      await promise;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.close();
      await server.shutdown();
    },
  };
}

interface WebExtensionApi {
  storage: { session: { get(key: string): Promise<Record<string, View | undefined>> } };
}

/** The view that the background has stored last. */
function storedView(probe: Tab): Promise<View | undefined> {
  return probe.evaluate(async () => {
    const scope = globalThis as unknown as Record<string, WebExtensionApi>;
    return (await (scope.browser ?? scope.chrome).storage.session.get("view")).view;
  });
}

/** Connects to an address, and waits for the reason why there are no numbers. */
async function problemOf(browser: ExtensionBrowser, probe: Tab, server_url: string): Promise<string> {
  await configure(browser, { server_url, workspace_id: "acme", chat_page: "" });
  return await eventually(async () => {
    const view = await storedView(probe);
    assertEquals(view?.server_url, server_url);
    if (!view?.problem) throw new Error(`There is no problem yet: ${view?.connection}`);
    return `${view.connection}: ${view.problem}`;
  });
}

/** The build with the permission for this machine over HTTPS: a headless browser shows no prompt that a test could accept. */
async function buildForHttps(name: BrowserName): Promise<string> {
  const manifest = JSON.parse(await Deno.readTextFile(`${BUILDS[name]}/manifest.json`));
  manifest.host_permissions.push("https://127.0.0.1/*");
  return await copyBuild(BUILDS[name], { "manifest.json": JSON.stringify(manifest) });
}

const { warning_ratio: _, contract: __, ...old } = now();
const problem = (status: number, code: string) => () => Response.json({ code, detail: "Because." }, { status });

const ANSWERS: [name: string, answer: () => Response, explained: RegExp][] = [
  [
    "a page of another server",
    () => new Response("<h1>Welcome"),
    /^refused: Cannot use .* answers 200, but not as Quota/,
  ],
  ["another path", () => new Response("", { status: 404 }), /^refused: Cannot use .* answers 404, but not as Quota/],
  ["a redirect", () => Response.redirect("https://sso.example/"), /^refused: Cannot use .* it redirects/],
  ["a login of a proxy", () => new Response("", { status: 401 }), /^refused: Cannot use .* asks for a login \(401\)/],
  ["a stopped service", () => new Response("", { status: 502 }), /^offline: Cannot reach .* a proxy answers 502/],
  ["a newer contract", () => Response.json({ ...now(), contract: 3 }), /^outdated: .* Update the extension\.$/],
  ["an unknown status", () => Response.json(paused()), /^outdated: .* Update the extension\.$/],
  ["an older service", () => Response.json(old), /^refused: .* Update the service\.$/],
  ["another workspace", () => Response.json(now({ workspace_id: "b" })), /^refused: Cannot show workspace "acme"/],
  ["no key", problem(401, "key_missing"), /^key_refused: The service needs a key: pair/],
  ["a refused key", problem(401, "key_invalid"), /^key_refused: The key was refused: pair/],
  ["an expired key", problem(401, "key_expired"), /^key_refused: The key has expired: pair/],
  ["a closed workspace", problem(403, "not_allowed"), /^refused: Cannot show workspace "acme": the key is not for it/],
];

for (const name of BROWSERS) {
  Deno.test(`${name}: a service that cannot be used is explained in words`, async () => {
    await using cleanup = new AsyncDisposableStack();
    const build = await buildForHttps(name);
    cleanup.defer(() => Deno.remove(build, { recursive: true }));
    const browser = await launchBrowser(name, { build });
    cleanup.defer(() => browser.close());
    const probe = await browser.openOptions();
    for (const [, answer, explained] of ANSWERS) {
      await using service = serve(answer);
      assertMatch(await problemOf(browser, probe, `http://127.0.0.1:${service.port}`), explained);
    }
    const closed = await problemOf(browser, probe, `http://127.0.0.1:${freePort()}`);
    assertMatch(closed, /^offline: Cannot reach .* nothing answers there\. Start the service/);
    await using secure = serve(() => Response.json(now()), { cert: CERTIFICATE, key: CERTIFICATE_KEY });
    const untrusted = await problemOf(browser, probe, `https://127.0.0.1:${secure.port}`);
    assertMatch(untrusted, /^offline: Cannot reach .* does not trust its certificate\. Open the address in a tab/);
  });

  Deno.test(`FAULT 73: ${name}: an update that cannot be read says "update the extension", and pings confirm nothing`, async () => {
    await using cleanup = new AsyncDisposableStack();
    const service = cleanup.use(serveSockets());
    const browser = await launchBrowser(name);
    cleanup.defer(() => browser.close());
    await configure(browser, { server_url: service.url, workspace_id: "acme", chat_page: "" });
    await service.opened();
    service.update(now());
    const popup = await browser.openPopup();
    const shows = (connection: string) =>
      eventually(async () => assertEquals((await readPopup(popup)).connection, connection));
    await shows("live");
    const { confirmed_at } = (await storedView(popup))!;
    service.update(paused());
    await shows("outdated");
    assertMatch((await readPopup(popup)).text, /Update the extension/);
    await service.ping();
    const view = (await storedView(popup))!;
    assertEquals([view.connection, view.status?.status, view.confirmed_at], ["outdated", "normal", confirmed_at]);
    service.update(now({ seq: 2 }));
    await shows("live");
  });
}
