/** Serves the dashboard's build: the page at `/`, and its code at `/assets/`, whose names have a hash of their content. */
import type { Context, Hono } from "hono";
import { ProblemError } from "../core/problem_error.ts";
import { refuseOtherMethods } from "./mount.ts";
import { problemResponse, shortPath } from "./problem_response.ts";

const FOLDER = new URL("../../.output/dashboard/", import.meta.url);

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
};

/** A name of the build, of which the last part names its type. No folder: a request cannot leave this one. */
const NAME = /^[\w-][\w.-]*\.(css|js|json|png|svg)$/;

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Quota Gauge</title>
<h1>The dashboard is not built</h1>
<p>Run <code>npm run build</code> in the project's folder, then load this page again. <code>npm start</code> builds it, too.
<p>The API is documented in <a href="docs">docs</a>.
</html>
`;

/**
 * Puts page and assets on `app`.
 *
 * @param prefix the path of the public URL: the page's relative addresses begin there, also where its own address lacks the
 * last slash.
 */
export function mountDashboard(app: Hono, prefix = "", folder = FOLDER): void {
  app.get("/", (c) => page(c, prefix, folder));
  app.get("/assets/:name", (c) => asset(c, c.req.param("name"), folder));
  for (const path of ["/", "/assets/:name"]) refuseOtherMethods(app, path, ["GET"]);
}

async function page(c: Context, prefix: string, folder: URL): Promise<Response> {
  const headers = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
    "content-type": "text/html; charset=utf-8",
  };
  const built = await read(new URL("index.html", folder));
  if (built === null) return c.body(NOT_BUILT, 503, headers);
  const text = new TextDecoder().decode(built);
  const body = prefix === "" ? text : text.replace("<head>", `<head><base href="${attribute(`${prefix}/`)}">`);
  const etag = await tagOf(body);
  if (c.req.header("if-none-match") === etag) return c.body(null, 304, { ...headers, etag });
  return c.body(body, 200, { ...headers, etag });
}

async function asset(c: Context, name: string, folder: URL): Promise<Response> {
  const type = TYPES[NAME.exec(name)?.[1] ?? ""];
  const isZipped = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
  const at = new URL("assets/", folder);
  const zipped = type && isZipped ? await read(new URL(`${name}.gz`, at)) : null;
  const body = zipped ?? (type ? await read(new URL(name, at)) : null);
  if (body === null) {
    // A page of an earlier build asks for code that is gone: a problem is never kept by the browser.
    return problemResponse(c, new ProblemError("not_found", `Cannot find ${shortPath(c)}: load the page again`));
  }
  return c.body(body, 200, {
    "content-type": type,
    "x-content-type-options": "nosniff",
    "cache-control": "public, max-age=31536000, immutable",
    "vary": "accept-encoding",
    ...zipped ? { "content-encoding": "gzip" } : {},
  });
}

async function read(path: URL): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function tagOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `"${new Uint8Array(hash).toBase64({ alphabet: "base64url", omitPadding: true }).slice(0, 22)}"`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
