/** Files in the data folder that are not what they should be: at the start and under the running service. */
import { LedgerError } from "../../server/ledger/ledger.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { makeFifo, ODD_FILES } from "../support/odd_files.ts";
import { type Service, startService } from "../support/service.ts";
import { withTempFolder } from "../support/temp.ts";
import { startUpstream } from "../support/upstream.ts";

for (const [kind, make] of Object.entries(ODD_FILES)) {
  for (const suffix of ["", "-wal", "-shm", "-journal", ".lock"]) {
    Deno.test(`FAULT 66: ${kind} in place of quota.db${suffix} stops the start, and is named`, () =>
      withTempFolder(async (folder) => {
        const path = `${folder}/quota.db`;
        await make(path + suffix);
        const error = await assertRejects(() => openSqliteLedger(path), LedgerError, `Cannot use ${path}${suffix} for`);
        assertStringIncludes(error.message, "or set QUOTA_STORE to another path");
      }));
  }
}

Deno.test("FAULT 66: a lock, journal or index that is a link is refused, and its target keeps its content", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    await Deno.writeTextFile(`${folder}/precious`, "kept");
    for (const suffix of [".lock", "-wal", "-shm"]) {
      for (const link of [Deno.symlink, Deno.link]) {
        await link(`${folder}/precious`, path + suffix);
        await assertRejects(() => openSqliteLedger(path), LedgerError, `Cannot use ${path}${suffix}`);
        await Deno.remove(path + suffix);
      }
    }
    assertEquals(await Deno.readTextFile(`${folder}/precious`), "kept");
  }));

Deno.test("FAULT 66: a ledger with two names is refused under both, and opens again under one", () =>
  withTempFolder(async (folder) => {
    const [path, second] = [`${folder}/quota.db`, `${folder}/second.db`];
    const row = attempt();
    const first = await openSqliteLedger(path);
    await first.append({ kind: "attempt", row });
    await Deno.link(path, second);
    await assertRejects(() => openSqliteLedger(second), LedgerError, "it has 2 names (hard links)");
    await first.close();
    await assertRejects(() => openSqliteLedger(path), LedgerError, "it has 2 names (hard links)");
    await Deno.remove(second);
    const again = await openSqliteLedger(path);
    assertEquals((await again.attempts("acme", 10)).map(({ id }) => id), [row.id]);
    await again.close();
  }));

Deno.test("FAULT 66: a ledger behind a link opens, and a link to a missing file does not become an empty ledger", () =>
  withTempFolder(async (folder) => {
    const link = `${folder}/link.db`;
    await Deno.symlink(`${folder}/real.db`, link);
    await assertRejects(() => openSqliteLedger(link), LedgerError, "a file that does not exist");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["link.db"]);
    await (await openSqliteLedger(`${folder}/real.db`)).close();
    await (await openSqliteLedger(link)).close();
  }));

/** The real service, with the permissions that it has in production. */
async function withService(use: (service: Service, call: () => Promise<number>) => Promise<void>): Promise<void> {
  const upstream = await startUpstream();
  const service = await startService({ upstream: upstream.url });
  const call = async () => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"model":"m","messages":[]}',
    };
    const answer = await fetch(`${service.gateway("acme")}/chat/completions`, init);
    await answer.text();
    return answer.status;
  };
  try {
    await use(service, call);
  } finally {
    await service.close();
    await upstream.close();
  }
}

const healthOf = async ({ url }: Service) => await (await fetch(`${url}/healthz`)).json();

Deno.test("FAULT 66: a ledger that is deleted under the running service is written again, and a restart has every row", () =>
  withService(async (service, call) => {
    assertEquals(await call(), 200);
    Deno.removeSync(`${service.dataFolder}/quota.db`);
    assertEquals(await call(), 200);
    await eventually(async () => {
      assertStringIncludes(
        `${(await healthOf(service)).problems}`,
        "The ledger's file was deleted while the service runs",
      );
    });
    assertStringIncludes(service.output, '"event":"ledger_restored"');
    assertEquals(await call(), 200);
    assertEquals(await service.stop(), 0);
    await service.start();
    const { totals } = await (await fetch(`${service.url}/api/quota/usage?workspace_id=acme`)).json();
    assertEquals(totals.attempts, 3);
  }));

Deno.test("FAULT 66: a FIFO in place of the limits file is said while the limits before stay in force, and ends", () =>
  withService(async (service, call) => {
    const path = `${service.dataFolder}/limits.json`;
    const limits = '{"workspaces": {"acme": {"requests_per_minute": 7}}}';
    const limit = async () =>
      (await (await fetch(`${service.url}/api/quota/status?workspace_id=acme`)).json()).stats.requests_per_minute.limit;
    await Deno.writeTextFile(path, limits);
    await eventually(async () => assertEquals(await limit(), 7));
    await Deno.remove(path);
    await makeFifo(path);
    await eventually(async () => {
      const { status, limits, problems } = await healthOf(service);
      assertEquals([status, limits], ["degraded", "refused"]);
      assertStringIncludes(problems[0], "it is a FIFO, not a regular file");
    });
    assertEquals([await limit(), await call()], [7, 200]);
    await Deno.remove(path);
    await Deno.writeTextFile(path, limits.replace("7", "8"));
    await eventually(async () => assertEquals([(await healthOf(service)).status, await limit()], ["ok", 8]));
  }));
