import { assert, assertEquals } from "../../tests/support/assert.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { dataFolder, serviceCommand } from "./service.mjs";

Deno.test("the service may write its data folder and nothing else", () => {
  const { args } = serviceCommand({ deno: "deno", root: "/project", env: { QUOTA_STORE: "sqlite:/var/quota/a.db" } });
  assert(args.includes("--allow-write=/var/quota"));
  assert(args.includes("--allow-read=/project,/var/quota"));
  assertEquals(args.filter((arg) => /^(-A|--allow-(all|run|ffi|import))/.test(arg)), []);
});

Deno.test("a store without files may write nothing", () => {
  const { args } = serviceCommand({ deno: "deno", root: "/project", env: { QUOTA_STORE: "memory:" } });
  assertEquals(args.filter((arg) => arg.startsWith("--allow-write")), []);
});

Deno.test("a comma in a path stays one path", () => {
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
