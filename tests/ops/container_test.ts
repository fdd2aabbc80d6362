/** Dockerfile and compose file: linters, and their health checks against the real service. */
import { createRequire } from "node:module";
import { parse } from "deno-std/yaml/parse.js";
import { ROOT } from "../../tools/lib/setup.mjs";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { startService } from "../support/service.ts";

interface Linter {
  validate(text: string): { message: string }[];
}

interface Compose {
  services: Record<string, Record<string, unknown> & { healthcheck: { test: string[] } }>;
}

const require = createRequire(import.meta.url);
const { validate } = require("dockerfile-utils") as Linter;

const dockerfile = await Deno.readTextFile(`${ROOT}/docs/ops/Dockerfile`);
const compose = parse(await Deno.readTextFile(`${ROOT}/docs/ops/compose.yaml`)) as Compose;
const service = compose.services["quota-gauge"];

Deno.test("the Dockerfile has no fault", () => {
  assertEquals(validate(dockerfile), []);
  assert(validate(dockerfile.replace("STOPSIGNAL", "STOPSIGNALS")).length > 0);
});

Deno.test("the images of the Dockerfile are pinned, and all of one version", () => {
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  assertEquals(images.length, 2);
  assertEquals(new Set(images).size, 1);
  assertMatch(images[0], /^node:\d+\.\d+\.\d+-\w+-slim$/);
});

Deno.test("the container runs as a user without rights, also where the image is run without compose", () => {
  const [, user] = /^USER (\d+:\d+)$/m.exec(dockerfile)!;
  assert(!user.startsWith("0:"));
  assertEquals(service.user, user);
  // The data belong to that user.
  assertMatch(dockerfile, new RegExp(`--owner=${user.split(":")[0]} .*/data`));
});

Deno.test("nothing of a clone gets into the image unless it is listed, above all no settings and no data", async () => {
  const lines = (await Deno.readTextFile(`${ROOT}/docs/ops/Dockerfile.dockerignore`)).split("\n");
  const [first, ...listed] = lines.filter((line) => line !== "" && !line.startsWith("#"));
  assertEquals(first, "*");
  for (const name of listed) assert((await Deno.stat(`${ROOT}/${name.replace(/^!/, "")}`)) && name.startsWith("!"));
  assertEquals(listed.filter((name) => /env|data|node_modules|\.git/.test(name)), []);
});

Deno.test("the compose file has no fault", async () => {
  const linter = [`${ROOT}/node_modules/dclint/bin/dclint.cjs`, "--max-warnings", "0"];
  const lint = async (file: string) => await new Deno.Command("node", { args: [...linter, file] }).output();
  const { code, stdout } = await lint(`${ROOT}/docs/ops/compose.yaml`);
  assertEquals(code, 0, new TextDecoder().decode(stdout));
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(file, "services:\n  quota-gauge:\n    images: a\n");
    assertEquals((await lint(file)).code, 1);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("the compose file takes every right that the service does not need", () => {
  const { read_only, cap_drop, security_opt, ports } = service;
  assertEquals([read_only, cap_drop, security_opt], [true, ["ALL"], ["no-new-privileges:true"]]);
  // Docker publishes a port without an address to the whole network, past the machine's firewall.
  assertEquals(ports, ["127.0.0.1:8787:8787"]);
});

Deno.test("the health checks succeed while the service runs, and fail when it does not", async () => {
  const [, inImage] = /^HEALTHCHECK [^]*?CMD (\[.*\])$/m.exec(dockerfile)!;
  const checks: string[][] = [JSON.parse(inImage), service.healthcheck.test.slice(1)];
  const running = await startService({ upstream: "http://127.0.0.1:9/v1" });
  try {
    const port = new URL(running.url).port;
    const codes = () => Promise.all(checks.map((check) => codeOf(check, port)));
    assertEquals(await codes(), [0, 0]);
    await running.stop();
    assertEquals(await codes(), [1, 1]);
  } finally {
    await running.close();
  }
});

/** The compose file's check names the port of the container. */
async function codeOf([command, ...args]: string[], port: string): Promise<number> {
  const there = args.map((arg) => arg.replace(":8787/", `:${port}/`));
  return (await new Deno.Command(command, { args: there, env: { PORT: port } }).output()).code;
}
