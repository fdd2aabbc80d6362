/** The systemd unit, as systemd's own tools see it. */
import { existsSync } from "node:fs";
import { findProgram } from "../../tools/lib/system_programs.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { withTempFolder } from "../support/temp.ts";

const UNIT = `${ROOT}/docs/ops/quota-gauge.service`;
const PROGRAM = "/opt/quota-gauge/node_modules/.bin/quota-gauge";

/** Tenths; systemd calls everything below 50 "OK". */
const MAX_EXPOSURE = 15;

const analyze = findProgram("systemd-analyze", { env: { PATH: Deno.env.get("PATH") }, exists: existsSync });

async function run(args: string[]): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command(analyze!, { args, env: { SYSTEMD_PAGER: "" } }).output();
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test({
  name: "the systemd unit has no fault",
  ignore: analyze === null,
  fn: () =>
    withTempFolder(async (folder) => {
      const text = await Deno.readTextFile(UNIT);
      assertStringIncludes(text, `ExecStart=${PROGRAM} start\n`);
      // systemd requires that the program exists.
      const unit = `${folder}/quota-gauge.service`;
      await Deno.writeTextFile(unit, text.replace(PROGRAM, "/bin/true"));
      assertEquals(await run(["verify", "--man=no", unit]), { code: 0, output: "" });
      await Deno.writeTextFile(unit, text.replace(PROGRAM, "/bin/true").replace("PrivateTmp=", "PrivateTemp="));
      assertMatch((await run(["verify", "--man=no", unit])).output, /Unknown key.*PrivateTemp/);
    }),
});

Deno.test({
  name: `the exposure of the systemd unit is at most ${MAX_EXPOSURE / 10}`,
  ignore: analyze === null,
  fn: async () => {
    const security = ["security", "--offline=true", "--no-pager"];
    const { code, output } = await run([...security, `--threshold=${MAX_EXPOSURE}`, UNIT]);
    assertEquals(code, 0, output);
    assertEquals((await run([...security, "--threshold=1", UNIT])).code, 1);
  },
});
