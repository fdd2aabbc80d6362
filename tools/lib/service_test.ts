import { assert, assertEquals } from "../../tests/support/assert.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { dataFolder, serviceCommand, serviceEnvironment } from "./service.mjs";

Deno.test("the service may write only its data folder and the folder of its limits file", () => {
  const { args } = serviceCommand({ deno: "deno", root: "/project", env: { QUOTA_STORE: "sqlite:/var/quota/a.db" } });
  assert(args.includes(`--allow-write=/var/quota,/project/data`), args.join(" "));
  assert(args.includes("--allow-read=/project,/var/quota"));
  assertEquals(args.filter((arg) => /^(-A|--allow-(all|run|ffi|import))/.test(arg)), []);
});

Deno.test("with a store without files, only the limits file may be written, with its folder where that is the default", () => {
  const argumentsFor = (env: Record<string, string>) =>
    serviceCommand({ deno: "deno", root: "/project", env: { QUOTA_STORE: "memory:", ...env } }).args;
  assert(argumentsFor({}).includes(`--allow-write=/project/data`));
  const elsewhere = argumentsFor({ QUOTA_LIMITS_FILE: "/etc/quota.json" });
  assert(elsewhere.includes("--allow-read=/project,/etc/quota.json,/etc/quota.json.tmp"), elsewhere.join(" "));
  assert(elsewhere.includes("--allow-write=/etc/quota.json,/etc/quota.json.tmp"), elsewhere.join(" "));
});

Deno.test("with the default store, only the data folder may be written", () => {
  const { args } = serviceCommand({ deno: "deno", root: "/project", env: {} });
  assert(args.includes("--allow-write=/project/data"), args.join(" "));
});

Deno.test("the service may read its certificate and its key", () => {
  const env = { QUOTA_STORE: "memory:", QUOTA_TLS_CERT: "tls/a.pem", QUOTA_TLS_KEY: "/etc/ssl/a.key" };
  const { args } = serviceCommand({ deno: "deno", root: "/project", env });
  assert(args.includes("--allow-read=/project,/project/tls/a.pem,/etc/ssl/a.key"), args.join(" "));
});

Deno.test("a comma in a path does not split it", () => {
  const { args } = serviceCommand({ deno: "deno", root: "/a,b", env: { QUOTA_STORE: "memory:" } });
  assert(args.includes("--allow-read=/a,,b"));
});

Deno.test("the data folder comes from the environment, then .env, then the default", () =>
  withTempFolder((root) => {
    assertEquals(dataFolder(root, {}), `${root}/data`);
    Deno.writeTextFileSync(`${root}/.env`, '# a note\nPORT=1\nexport QUOTA_STORE="sqlite:there/q.db" # kept\n');
    assertEquals(dataFolder(root, {}), `${root}/there`);
    assertEquals(dataFolder(root, { QUOTA_STORE: "sqlite:here/q.db" }), `${root}/here`);
  }));

Deno.test("V8 allocates no object of a call in the old generation", () => {
  const { args } = serviceCommand({ deno: "deno", root: "/project", env: {} });
  assertEquals(args.slice(0, 2), ["run", "--v8-flags=--no-allocation-site-pretenuring"]);
});

Deno.test("FAULT 79: the service has at most half as many connections as the process may have files", async () => {
  const connections = (files: number, env: Record<string, string> = {}, home = "/project") =>
    serviceEnvironment({ home, env, files }).QUOTA_MAX_CONNECTIONS;
  assertEquals([connections(1024), connections(256), connections(100)], ["412", "28", "1"]);
  assertEquals([connections(65_536), connections(Infinity)], [undefined, undefined]);
  assertEquals(connections(1024, { QUOTA_MAX_CONNECTIONS: "900" }), "900");
  assertEquals(serviceEnvironment({ home: "/project", env: { PORT: "1" }, files: 1024 }).PORT, "1");
  await withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/.env`, "QUOTA_MAX_CONNECTIONS=800\n");
    assertEquals(connections(1024, {}, folder), undefined);
  });
});
