import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { type BrowserName, ensureBrowsers, findBrowser, type Machine, missingSentence } from "./browsers.mjs";

/** A machine on which only `working` exist. `installs` maps part of a command to the paths that it adds. */
function machine(working: string[], options: Partial<Machine> = {}, installs: Record<string, string[]> = {}) {
  const paths = new Set(working);
  const attempts: string[] = [];
  const made: Machine = {
    platform: "linux",
    root: false,
    env: {},
    cache: "/cache",
    exists: (path) => paths.has(path),
    starts: (path) => Promise.resolve(paths.has(path)),
    downloaded: (name: BrowserName) => Promise.resolve(`/cache/${name}`),
    attempt: (command, args) => {
      const line = `${command} ${args.join(" ")}`;
      attempts.push(line);
      const found = Object.entries(installs).find(([part]) => line.includes(part));
      for (const path of found?.[1] ?? []) paths.add(path);
      return Promise.resolve(found !== undefined);
    },
    ...options,
  };
  return { made, attempts };
}

const silent = () => {};

Deno.test("a browser that the environment names is preferred", async () => {
  const { made } = machine(["/mine", "/usr/bin/chromium"], { env: { CHROMIUM_PATH: "/mine" } });
  assertEquals(await findBrowser("chromium", made), { path: "/mine" });
});

Deno.test("a wrong choice in the environment is reported, and nothing is installed", async () => {
  const { made, attempts } = machine(["/usr/bin/chromium", "/usr/bin/firefox"], { env: { CHROMIUM_PATH: "/typo" } });
  const found = await ensureBrowsers(made, silent);
  assertEquals(attempts, []);
  assertStringIncludes(missingSentence(found) ?? "", 'CHROMIUM_PATH is "/typo", which does not start');
});

Deno.test("the system's browsers are used where they exist", async () => {
  const { made, attempts } = machine(["/usr/bin/chromium-browser", "/usr/bin/firefox-esr"]);
  const found = await ensureBrowsers(made, silent);
  assertEquals(found, { chromium: { path: "/usr/bin/chromium-browser" }, firefox: { path: "/usr/bin/firefox-esr" } });
  assertEquals(attempts, []);
  assertEquals(missingSentence(found), null);
});

Deno.test("branded Chrome is not accepted", async () => {
  const { made } = machine(["/usr/bin/google-chrome"]);
  assert("fault" in await findBrowser("chromium", made));
});

Deno.test("a browser that does not start is skipped", async () => {
  const { made } = machine(["/usr/bin/firefox-esr", "/usr/bin/firefox"], {
    starts: (path) => Promise.resolve(path === "/usr/bin/firefox"),
  });
  assertEquals(await findBrowser("firefox", made), { path: "/usr/bin/firefox" });
});

Deno.test("only missing browsers are downloaded", async () => {
  const { made, attempts } = machine(["/usr/bin/firefox"], {}, { "playwright/cli.js": ["/cache/chromium"] });
  const found = await ensureBrowsers(made, silent);
  assertEquals(found.chromium, { path: "/cache/chromium" });
  assertEquals(attempts.length, 1);
});

Deno.test("root on Debian installs packages when the download fails", async () => {
  const { made, attempts } = machine(["/usr/bin/apt-get"], { root: true }, {
    "apt-get update": [],
    "apt-get install": ["/usr/bin/chromium", "/usr/bin/firefox-esr"],
  });
  assertEquals(missingSentence(await ensureBrowsers(made, silent)), null);
  assertEquals(attempts.slice(2), [
    "apt-get update",
    "apt-get install -y --no-install-recommends chromium firefox-esr",
  ]);
});

Deno.test("without root, one sentence says what to install", async () => {
  const { made, attempts } = machine(["/usr/bin/apt-get", "/usr/bin/chromium"]);
  const sentence = missingSentence(await ensureBrowsers(made, silent)) ?? "";
  assertEquals(attempts.filter((line) => line.includes("apt")), []);
  assertStringIncludes(sentence, "no Firefox was found; install Firefox");
  assertStringIncludes(sentence, "FIREFOX_PATH");
});
