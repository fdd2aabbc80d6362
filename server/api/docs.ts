/** `/openapi.json`, and `/docs`, which shows it as a page. The page loads nothing from other machines. */
import type { Hono } from "hono";
import { openApi } from "./openapi.ts";
import { refuseOtherMethods } from "./mount.ts";
import type { Route } from "./route.ts";

const ASSETS: Record<string, string> = {
  "swagger-ui.css": "text/css",
  "swagger-ui-bundle.js": "text/javascript",
  "favicon-32x32.png": "image/png",
};

const FOLDER = new URL("../../node_modules/swagger-ui-dist/", import.meta.url);

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Its addresses are relative, so that they are right behind a proxy that adds a path (`QUOTA_PUBLIC_URL`). */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Quota Gauge API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<style>body { margin: 0 } .swagger-ui .topbar { display: none }</style>
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
`;

const START = `const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
paint();
dark.addEventListener("change", paint);
SwaggerUIBundle({ url: "openapi.json", dom_id: "#page", deepLinking: true, defaultModelsExpandDepth: 0 });
`;

/** Puts both on `app`. */
export function mountDocs(app: Hono, routes: readonly Route[], version: string): void {
  // Created on the first request, because few processes need it.
  let document: object | null = null;
  app.get("/openapi.json", (c) => c.json(document ??= openApi(routes, version)));
  app.get("/docs", (c) => c.html(PAGE, 200, { "content-security-policy": POLICY }));
  app.get("/docs/start.js", (c) => c.body(START, 200, { "content-type": "text/javascript" }));
  for (const [name, type] of Object.entries(ASSETS)) {
    app.get(`/docs/${name}`, async (c) => {
      const body = await Deno.readFile(new URL(name, FOLDER));
      return c.body(body, 200, { "content-type": type, "cache-control": "max-age=3600" });
    });
  }
  const assets = ["start.js", ...Object.keys(ASSETS)].map((name) => `/docs/${name}`);
  for (const path of ["/openapi.json", "/docs", ...assets]) refuseOtherMethods(app, path, ["GET"]);
}
