import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { CERTIFICATE, CERTIFICATE_KEY } from "../../tests/support/certificate.ts";
import { EXPIRED_PAIR, FIRST_PAIR, SECOND_PAIR } from "../../tests/support/certificate_pairs.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { readCertificate } from "./certificate.ts";

const NOW = Date.UTC(2026, 10, 21);

/** Writes the texts into files, unless they are missing, and reads them as a pair. */
function read(cert: string | null, key: string | null) {
  return withTempFolder(async (folder) => {
    const paths = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
    if (cert !== null) await Deno.writeTextFile(paths.cert, cert);
    if (key !== null) await Deno.writeTextFile(paths.key, key);
    const found = await readCertificate(paths, NOW);
    return "fault" in found ? found.fault.replaceAll(`${folder}/`, "") : found;
  });
}

const { cert, key } = FIRST_PAIR;

Deno.test("a pair that fits is read, also with a chain after the certificate", async () => {
  assertEquals(await read(cert, key), { cert, key, expires_at_ms: Date.UTC(2126, 0, 1) });
  const chain = cert + SECOND_PAIR.cert;
  assertEquals(await read(chain, key), { cert: chain, key, expires_at_ms: Date.UTC(2126, 0, 1) });
});

const FAULTS: [name: string, cert: string | null, key: string | null, fault: string][] = [
  ["a missing certificate", null, key, "cert.pem does not exist"],
  ["a missing key", cert, null, "key.pem does not exist"],
  ["an empty certificate", "", key, "cert.pem has no certificate in PEM form"],
  ["half a certificate", cert.slice(0, 300), key, "cert.pem has no certificate in PEM form"],
  ["a key in place of the certificate", key, key, "cert.pem has no certificate in PEM form"],
  ["a certificate in place of the key", cert, cert, "key.pem has no private key in PEM form without a passphrase"],
  ["the key of another", cert, SECOND_PAIR.key, "the key in key.pem does not belong to the certificate in cert.pem"],
  ["an expired one", EXPIRED_PAIR.cert, EXPIRED_PAIR.key, "the certificate in cert.pem expired on 2021-01-01"],
  ["an early one", CERTIFICATE, CERTIFICATE_KEY, "the certificate in cert.pem is not valid before 2026-11-22"],
  ["a huge file", "a".repeat(2 << 20), key, "cert.pem has more than 1048576 bytes"],
];
for (const [name, cert, key, fault] of FAULTS) {
  Deno.test(`${name} is refused: ${fault}`, async () => assertEquals(await read(cert, key), fault));
}

Deno.test("FAULT 66: a folder and a pipe are refused, without waiting for a writer", () =>
  withTempFolder(async (folder) => {
    const pipe = `${folder}/pipe`;
    assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
    for (const path of [folder, pipe]) {
      const found = await readCertificate({ cert: path, key: path }, NOW);
      assertStringIncludes("fault" in found ? found.fault : "", `${path} is not a file`);
    }
  }));
