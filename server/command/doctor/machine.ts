/** The machine as `doctor` examines it. */
import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../../package.json" with { type: "json" };
import type { StoredKey } from "../../access/key.ts";
import { accessPath } from "../../access/open.ts";
import { openAccessStore } from "../../access/sqlite/sqlite_store.ts";
import { environment } from "../../config/environment.ts";
import { readCertificate } from "../../front/certificate.ts";
import { quickFault } from "../../ledger/sqlite/quick_check.ts";
import type { DoctorDeps } from "./doctor.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The builds are in other folders in the package than in a clone. */
const BUILDS = "bin" in manifest
  ? { Chromium: "extension/chromium", Firefox: "extension/firefox" }
  : { Chromium: ".output/chrome-mv3", Firefox: ".output/firefox-mv3" };

/** The real parts of {@link DoctorDeps}. */
export function thisMachine(): DoctorDeps {
  const { version } = manifest;
  return {
    environment: environment(),
    send: sendThrough,
    time: { now: Date.now, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    disk: { probe, isOwn, ledgerFault: quickFault },
    network: { fetch, tryListen, version },
    builds: {
      folders: Object.fromEntries(Object.entries(BUILDS).map(([name, path]) => [name, join(ROOT, path)])),
      read: (path) => existsSync(path) ? Deno.readTextFileSync(path) : null,
      version,
    },
    readCertificate,
    keysOf,
  };
}

async function sendThrough(url: string, init: RequestInit, proxy: string | null): Promise<Response> {
  if (proxy === null) return await fetch(url, init);
  using client = Deno.createHttpClient({ proxy: { url: proxy } });
  const through: RequestInit & { client: Deno.HttpClient } = { ...init, client };
  const response = await fetch(url, through);
  // The body must be read before the client is closed.
  return new Response(await response.arrayBuffer(), response);
}

function tryListen(host: string, port: number): Promise<void> {
  return Promise.resolve().then(() => Deno.listen({ hostname: host.replace(/^\[|\]$/g, ""), port }).close());
}

function probe(folder: string): number {
  const made = mkdirSync(folder, { recursive: true });
  try {
    const path = join(folder, `doctor-${Deno.pid}.tmp`);
    Deno.writeTextFileSync(path, "");
    Deno.removeSync(path);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } finally {
    if (made !== undefined) removeUpTo(made, folder);
  }
}

/** Removes folders, which are empty, from the innermost to the outermost. */
function removeUpTo(outermost: string, innermost: string): void {
  for (let path = resolve(innermost); path.length >= outermost.length; path = dirname(path)) Deno.removeSync(path);
}

function isOwn(folder: string): boolean {
  // Windows has no such numbers.
  const user = Deno.uid();
  return user === null || !existsSync(folder) || Deno.statSync(folder).uid === user;
}

function keysOf(store: string): StoredKey[] {
  const path = accessPath(store);
  if (path === null || !existsSync(path)) return [];
  const keys = openAccessStore(path);
  try {
    return keys.keys();
  } finally {
    keys.close();
  }
}
