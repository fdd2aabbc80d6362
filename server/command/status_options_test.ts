import { assert, assertEquals, assertStringIncludes, assertThrows } from "../../tests/support/assert.ts";
import { statusOptions } from "./status_options.ts";
import { UsageError } from "./usage_error.ts";

const FILES: Record<string, string> = { "/run/key": "qg_read_file\n" };

function options(args: string[], environment: Record<string, string> = {}) {
  return statusOptions(args, {
    environment,
    readFile: (path) => {
      if (!(path in FILES)) throw new Error("no such file");
      return FILES[path];
    },
  });
}

Deno.test("without arguments, the service on this machine is asked without a key", () => {
  const defaults = { url: "http://127.0.0.1:8787", workspace_id: null, key: null, json: false };
  assertEquals(options([]), defaults);
});

Deno.test("address and key come from the environment, workspace and format from the arguments", () => {
  const environment = { QUOTA_GAUGE_URL: "https://q.acme.dev/quota/", QUOTA_KEY: "qg_read_1" };
  const expected = { url: "https://q.acme.dev/quota", workspace_id: "acme", key: "qg_read_1", json: true };
  assertEquals(options(["--workspace", "acme", "--json"], environment), expected);
});

Deno.test("a file of the key goes before the environment's key", () => {
  const environment = { QUOTA_KEY: "qg_read_1", QUOTA_KEY_FILE: "/run/missing" };
  assertEquals(options(["--key-file", "/run/key"], environment).key, "qg_read_file");
  assertThrows(() => options([], environment), UsageError, "Cannot read the key in /run/missing: no such file");
});

Deno.test("a key as an argument is refused with the other ways, and is not printed", () => {
  for (const args of [["--key", "qg_read_1"], ["--key=qg_read_1"], ["-key", "qg_read_1"]]) {
    const error = assertThrows(() => options(args), UsageError);
    assertStringIncludes(error.message, "set QUOTA_KEY, or name a file with --key-file");
    assert(!error.message.includes("qg_read_1"));
  }
});

Deno.test("an unknown argument is refused and named", () => {
  assertThrows(() => options(["--jsn"]), UsageError, "Cannot read --jsn");
  assertThrows(() => options(["acme"]), UsageError, "Cannot read acme");
});
