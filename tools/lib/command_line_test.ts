import { assertEquals } from "../../tests/support/assert.ts";
import { commandLine } from "./command_line.mjs";

const PLACE = { deno: "deno", root: "/project", home: "/home/me" };

/** The permissions of a command. */
function permissions(args: string[], env = {}): string[] {
  return commandLine({ ...PLACE, env, args }).args.filter((arg) => arg.startsWith("--allow")).toSorted();
}

const READ = "--allow-read=/project,/home/me/.env";
const DATA = "/home/me/data";

const CASES: [args: string[], permissions: string[]][] = [
  [["--help"], ["--allow-env", READ]],
  [["unknown"], ["--allow-env", READ]],
  [["status", "--json"], ["--allow-env", "--allow-net", READ]],
  [["watch", "--key-file", "k.txt"], ["--allow-env", "--allow-net", `${READ},/home/me/k.txt`]],
  [["watch", "--key-file=/run/k"], ["--allow-env", "--allow-net", `${READ},/run/k`]],
  [["keys", "list"], ["--allow-env", `${READ},${DATA}`, `--allow-write=${DATA}`]],
  [["doctor"], ["--allow-env", "--allow-net", `${READ},${DATA}`, "--allow-sys=statfs,uid", `--allow-write=${DATA}`]],
  [["reprice", "--from", "2026-11-01"], ["--allow-env", `${READ},${DATA}`, `--allow-write=${DATA}`]],
  [["check"], ["--allow-env", `${READ},${DATA}`, `--allow-write=${DATA}`]],
  [["backup", "/mnt/b.db"], ["--allow-env", `${READ},${DATA},/mnt`, `--allow-write=${DATA},/mnt`]],
  [["restore", "b.db"], ["--allow-env", `${READ},${DATA},/home/me`, `--allow-write=${DATA},/home/me`]],
];

for (const [args, expected] of CASES) {
  Deno.test(`${args.join(" ")}: it gets the permissions that it needs and no others`, () => {
    assertEquals(permissions(args), expected);
  });
}

Deno.test("the file of the key may be named in the environment, and the data are where QUOTA_STORE says", () => {
  assertEquals(permissions(["status"], { QUOTA_KEY_FILE: "/run/k" })[2], `${READ},/run/k`);
  const data = permissions(["keys"], { QUOTA_STORE: "sqlite:/var/quota/q.db" });
  assertEquals(data.slice(1), [`${READ},/var/quota`, "--allow-write=/var/quota"]);
});

Deno.test("reprice may read the limits file, wherever it is", () => {
  const limits = "/etc/quota/limits.json";
  assertEquals(permissions(["reprice"], { QUOTA_LIMITS_FILE: limits })[1], `${READ},${DATA},${limits},${limits}.tmp`);
});

Deno.test("doctor may read the certificate", () => {
  const env = { QUOTA_TLS_CERT: "/etc/c.pem", QUOTA_TLS_KEY: "k.pem" };
  assertEquals(permissions(["doctor"], env)[2], `${READ},${DATA},/etc/c.pem,/home/me/k.pem`);
});

Deno.test("arguments are passed on after the program", () => {
  const { command, args } = commandLine({ ...PLACE, suffix: "js", env: {}, args: ["keys", "pair", "--json"] });
  assertEquals([command, ...args.slice(-4)], ["deno", "/project/server/command/main.js", "keys", "pair", "--json"]);
});
