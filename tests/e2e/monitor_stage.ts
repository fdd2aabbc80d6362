/** A team's own page with the packed monitor, as docs/monitor.md shows it, on a real port and under a strict policy. */
import { build } from "vite";
import type { Browser, Page } from "playwright";
import { LANGUAGES } from "../../shared/words/languages.ts";
import { ROOT } from "../../tools/lib/setup.mjs";
import { installMonitor, packMonitor } from "../package/monitor_project.ts";
import { launchPlainChromium } from "../support/plain_chromium.ts";
import { type Service, startService } from "../support/service.ts";
import { startUpstream } from "../support/upstream.ts";

const ADMIN = "an-admin-of-the-test";

export interface MonitorStage {
  service: Service;
  /** A read key and an ingest key of the workspace `acme`. */
  keys: { read: string; ingest: string };
  /** Opens a page of an origin that the service allows, or of another one, in Chromium. */
  open(body: string, options?: PageOptions): Promise<Page>;
  /** The address of a page for another browser. */
  address(body: string, options?: PageOptions): string;
  /** Serves the same scripts, with CORS, to pages of the first origin. */
  otherOrigin: string;
  /** The element of the docs. */
  elementExample: string;
  /** Their page with elements in two languages. */
  languageExample: string;
  /** Whether the page's back end still knows its user. */
  session: { isSignedIn: boolean };
  /** Sends one call through the gateway. */
  call(): Promise<void>;
  /** Serves a script to the pages. */
  serve(path: string, script: string): void;
  /** Resolves with the query of the first request for a path that no file has. */
  requested(path: string): Promise<string>;
}

interface PageOptions {
  /** Whether the page's origin is the one that the service allows. */
  allowed?: boolean;
  /** The origin of the page's scripts; the page's own by default. */
  scripts?: string;
  /** The language of the browser. */
  locale?: string;
}

/** Packs and installs the monitor, starts everything, plays, and stops everything. */
export async function onMonitorStage(play: (stage: MonitorStage) => Promise<void>): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "quota-gauge-monitor-" });
  cleanup.defer(() => Deno.remove(folder, { recursive: true }));
  await installMonitor(`${folder}/project`, await packMonitor(folder));
  const session = { isSignedIn: true };
  const files = new Map<string, string>();
  const requests = new Map<string, (query: string) => void>();
  const pages = [0, 1].map(() => servePages(files, requests, session));
  for (const page of pages) cleanup.defer(() => page.shutdown());
  const [allowed, other] = pages.map(({ addr }) => `http://127.0.0.1:${addr.port}`);

  const upstream = await startUpstream();
  cleanup.defer(() => upstream.close());
  const env = { QUOTA_ALLOWED_ORIGINS: allowed, QUOTA_ADMIN_KEY: ADMIN, OPENAI_API_KEY: "sk-upstream" };
  const service = await startService({ upstream: upstream.url, env });
  cleanup.defer(() => service.close());
  const keys = { read: await createKey(service, "read"), ingest: await createKey(service, "ingest") };

  const examples = await readExamples(service.url);
  for (const [path, text] of await built(`${folder}/project`, examples)) files.set(path, text);
  await Deno.writeTextFile(`${folder}/quota_ticket.mjs`, examples.backEnd);
  Deno.env.set("QUOTA_GAUGE_URL", service.url);
  Deno.env.set("QUOTA_KEY", keys.read);
  cleanup.defer(() => ["QUOTA_GAUGE_URL", "QUOTA_KEY"].forEach((name) => Deno.env.delete(name)));
  const { quotaTicket } = await import(`file://${folder}/quota_ticket.mjs`);
  tickets.give = quotaTicket;

  const browser = await launchPlainChromium();
  cleanup.defer(() => browser.close());
  const policy = files.get("policy")!;
  const address = (body: string, { allowed: isAllowed = true, scripts = "'self'" }: PageOptions = {}) => {
    files.set("policy", policy.replace("script-src 'self'", `script-src ${scripts}`));
    files.set("/page.html", `<!doctype html><meta charset="utf-8"><title>Team</title><body>${body}</body>`);
    return `${isAllowed ? allowed : other}/page.html`;
  };
  await play({
    service,
    keys,
    session,
    elementExample: examples.element,
    languageExample: examples.inLanguages,
    open: (body, options) => openPage(browser, address(body, options), options?.locale),
    address,
    otherOrigin: other,
    call: () => callGateway(service, keys.ingest),
    serve: (path, script) => files.set(path, script),
    requested: (path) => new Promise((resolve) => requests.set(path, resolve)),
  });
}

/** The back end's function of the docs. */
const tickets = { give: (): Promise<Response> => Promise.reject(new Error("It is not loaded yet")) };

/** The page's own server: files, and tickets for users who are signed in. */
function servePages(
  files: Map<string, string>,
  requests: Map<string, (query: string) => void>,
  session: { isSignedIn: boolean },
) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ url, method }) => {
    const { pathname, search } = new URL(url);
    requests.get(pathname)?.(search);
    if (pathname === "/quota-ticket" && method === "POST") {
      return session.isSignedIn ? await tickets.give() : new Response("Sign in", { status: 401 });
    }
    const text = files.get(pathname);
    if (text === undefined) return new Response("Not here", { status: 404 });
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
    const headers = {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": files.get("policy")!,
      "access-control-allow-origin": "*",
    };
    return new Response(text, { headers });
  });
}

/** The examples of the docs, at the address of the test's service. */
async function readExamples(service_url: string) {
  const text = await Deno.readTextFile(`${ROOT}/docs/monitor.md`);
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code]) => ({ language, code }));
  const of = (language: string) =>
    blocks.filter((block) => block.language === language).map(({ code }) =>
      code.replaceAll("https://quota.acme.dev", service_url)
    );
  const [[backEnd], [element, inLanguages], [react, preact]] = [of("js"), of("html"), of("jsx")];
  const [, policy] = /`(script-src [^`]*)`/.exec(text)!;
  return {
    backEnd,
    element,
    inLanguages,
    react,
    preact,
    policy: policy.replace(/\s+/g, " ").replaceAll("https://quota.acme.dev", service_url)
      .replaceAll("wss://quota.acme.dev", service_url.replace("http", "ws")),
  };
}

const MOUNT = {
  react: `
import { createElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Quota } from "./Quota.jsx";
const root = createRoot(document.querySelector("#app"));
globalThis.show = (Shown = Quota) => root.render(Shown && createElement(StrictMode, null, createElement(Shown)));
globalThis.show();`,
  preact: `
import { h, render } from "preact";
import { Quota } from "./Quota.jsx";
const place = document.querySelector("#app");
globalThis.show = (Shown = Quota) => render(Shown && h(Shown), place);
globalThis.show();`,
};

/** The page's scripts, bundled from the docs and the installed package. */
async function built(project: string, examples: Awaited<ReturnType<typeof readExamples>>): Promise<[string, string][]> {
  const monitor = `${project}/node_modules/@quota-gauge/monitor`;
  const languages = LANGUAGES.filter((language) => language !== "en");
  const names = ["element.js", ...languages.map((language) => `words/${language}.js`)];
  const scripts = names.map(async (name): Promise<[string, string]> => [
    `/${name}`,
    await Deno.readTextFile(`${monitor}/${name}`),
  ]);
  const apps = (["react", "preact"] as const).map(async (library): Promise<[string, string]> => {
    const folder = `${project}/${library}`;
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/Quota.jsx`, examples[library]);
    await Deno.writeTextFile(`${folder}/main.js`, MOUNT[library]);
    return [`/${library}.js`, await bundled(`${folder}/main.js`, library)];
  });
  const policy = `default-src 'none'; ${examples.policy}; require-trusted-types-for 'script'; trusted-types 'none'`;
  return [["policy", policy], ...await Promise.all([...scripts, ...apps])];
}

/** In development mode, in which React mounts each component twice. */
async function bundled(entry: string, jsxImportSource: string): Promise<string> {
  const result = await build({
    root: entry.slice(0, entry.lastIndexOf("/")),
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"development"' },
    esbuild: { jsx: "automatic", jsxImportSource },
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "App" } },
  });
  const [one] = [result].flat();
  if (!("output" in one)) throw new Error(`Cannot bundle ${entry}`);
  return one.output[0].code;
}

async function createKey(service: Service, kind: string): Promise<string> {
  const response = await fetch(`${service.url}/api/quota/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" },
    body: JSON.stringify({ kind, workspaces: ["acme"] }),
  });
  return (await response.json()).key;
}

async function callGateway(service: Service, key: string): Promise<void> {
  const response = await fetch(`${service.gateway("acme")}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] }),
  });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
}

/** What is open in a page: WebSockets and timers. */
interface Live {
  sockets: Set<unknown>;
  timers: Set<unknown>;
  opened: number;
  violations: string[];
}

async function openPage(browser: Browser, address: string, locale?: string): Promise<Page> {
  const page = await browser.newPage({ locale });
  await page.addInitScript(watchResources);
  await page.goto(address);
  return page;
}

/** Runs in the page, before its own scripts. */
function watchResources(): void {
  const live: Live = { sockets: new Set(), timers: new Set(), opened: 0, violations: [] };
  const { setTimeout, clearTimeout, WebSocket } = globalThis;
  Object.assign(globalThis, {
    live,
    WebSocket: class extends WebSocket {
      constructor(url: string) {
        super(url);
        live.opened++;
        live.sockets.add(this);
        this.addEventListener("close", () => live.sockets.delete(this));
      }
    },
    setTimeout(then: () => void, ms?: number) {
      const timer = setTimeout(() => (live.timers.delete(timer), then()), ms);
      live.timers.add(timer);
      return timer;
    },
    clearTimeout(timer: number) {
      live.timers.delete(timer);
      clearTimeout(timer);
    },
  });
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    live.violations.push(`${violatedDirective} ${blockedURI}`);
  });
}

/** What is open in the page. */
export function liveIn(page: Page): Promise<{ sockets: number; timers: number; opened: number; violations: string[] }> {
  return page.evaluate(() => {
    const { live } = globalThis as unknown as { live: Live };
    return { ...live, sockets: live.sockets.size, timers: live.timers.size };
  });
}

/** Waits until the page has no socket and no timer. */
export async function waitForSilence(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { live } = globalThis as unknown as { live: Live };
    return live.sockets.size + live.timers.size === 0;
  });
}
