import { assertEquals } from "../support/assert.ts";
import { linesOf, startBreak, temporaryFolder } from "./ledger_support.ts";

Deno.test("a ledger worker that throws rejects the append, and neither ends the process nor keeps it alive", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const program = startBreak(path);
  const deadline = setTimeout(() => program.kill("SIGKILL"), 20_000);
  const printed = await Array.fromAsync(linesOf(program));
  await program.stdin.close();
  assertEquals((await program.status).code, 0);
  clearTimeout(deadline);
  assertEquals(printed, [`unavailable: Cannot use the ledger ${path}: Uncaught Error: a bug.`, "closed"]);
});
