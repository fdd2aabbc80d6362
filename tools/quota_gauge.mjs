#!/usr/bin/env node
/** The program of the package: `quota-gauge start` and the commands next to it, with the data in the current folder. */
import "./lib/node_version.mjs";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { become } from "./lib/child.mjs";
import { commandLine } from "./lib/command_line.mjs";
import { denoEnvironment, denoPath } from "./lib/deno.mjs";
import { serviceCommand, serviceEnvironment } from "./lib/service.mjs";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const home = process.cwd();
const [name = "start", ...rest] = process.argv.slice(2);

if (name === "--version") {
  console.log(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
} else {
  try {
    const place = { deno: denoPath(), root, home, suffix: /** @type {const} */ ("js"), env: process.env };
    const isStart = name === "start";
    if (isStart && rest.length === 0) {
      const folder = (/** @type {string} */ browser) => join(root, "extension", browser);
      console.log(`Extension, load unpacked:\n  Chromium  ${folder("chromium")}\n  Firefox   ${folder("firefox")}`);
    }
    const { command, args } = isStart
      ? serviceCommand({ ...place, args: rest })
      : commandLine({ ...place, args: [name, ...rest] });
    const env = isStart ? serviceEnvironment(place) : process.env;
    process.exitCode = await become(command, args, { cwd: home, env: denoEnvironment(env) });
  } catch (error) {
    console.error(
      `Cannot run Deno, which is part of the package "deno": ${error instanceof Error ? error.message : error}`,
    );
    process.exitCode = 1;
  }
}
