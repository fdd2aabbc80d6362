import { assert, assertEquals } from "../../tests/support/assert.ts";
import { FIRST_PAIR } from "../../tests/support/certificate_pairs.ts";
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
