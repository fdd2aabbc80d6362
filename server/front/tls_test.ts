import { assert, assertEquals } from "../../tests/support/assert.ts";
import { FIRST_PAIR, SECOND_PAIR } from "../../tests/support/certificate_pairs.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { openTls } from "./tls.ts";

Deno.test("a certificate that expires while the service runs is said once in the log, and in the health", () =>
  withTempFolder(async (folder) => {
    const paths = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
    await Deno.writeTextFile(paths.cert, FIRST_PAIR.cert);
    await Deno.writeTextFile(paths.key, FIRST_PAIR.key);
    let now = Date.UTC(2125, 11, 31);
    const log: string[] = [];
    const clock = { now: () => now, every: () => () => {}, after: () => () => {} };
    const tls = await openTls({ paths, clock, log: (event) => log.push(event) });
    assert(!("fault" in tls));
    await tls.refresh();
    assertEquals([tls.failing, log], [false, []]);
    now = Date.UTC(2126, 0, 1);
    await tls.refresh();
    await tls.refresh();
    assertEquals([tls.failing, log], [true, ["certificate_expired"]]);
  }));

Deno.test("a pair that cannot be used is said once, and is failing until another one is loaded", () =>
  withTempFolder(async (folder) => {
    const paths = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
    const write = async (cert: string, key: string) => {
      await Deno.writeTextFile(paths.cert, cert);
      await Deno.writeTextFile(paths.key, key);
    };
    await write(FIRST_PAIR.cert, FIRST_PAIR.key);
    const log: string[] = [];
    const tls = await openTls({ paths, clock: new ManualClock(), log: (event) => log.push(event) });
    assert(!("fault" in tls));
    await write(SECOND_PAIR.cert, FIRST_PAIR.key);
    for (let time = 0; time < 3; time++) await tls.refresh();
    assertEquals([tls.failing, log], [true, ["certificate_refused"]]);
    await write(SECOND_PAIR.cert, SECOND_PAIR.key);
    for (let time = 0; time < 3; time++) await tls.refresh();
    assertEquals([tls.failing, log], [false, ["certificate_refused", "certificate_loaded"]]);
  }));
