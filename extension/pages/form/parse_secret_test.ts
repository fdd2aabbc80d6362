import { assertEquals } from "../../../tests/support/assert.ts";
import { parseSecret } from "./parse_secret.ts";

const CASES: [typed: string, read: string | null][] = [
  ["ABCD-EFGH", "ABCD-EFGH"],
  ["abcdefgh", "ABCD-EFGH"],
  [" a1cd – efgh ", null],
  ["ab cd-ef gh\n", "ABCD-EFGH"],
  ["OIL0-1234", "OIL0-1234"],
  ["ABCD-EFGU", null],
  ["ABCD-EFG", null],
  ["ABCD-EFGHJ", null],
  ["ÄBCD-EFGH", null],
  ["", null],
  [" qg_read_Ab12_Cd34 ", "qg_read_Ab12_Cd34"],
  ["QG_READ_Ab12_Cd34", null],
  ["qg_read_", null],
  ["qg_read_a b", null],
  ["qg_read_a\r\nx-evil: 1", null],
  ["qg_ingest_Ab12_Cd34", null],
  ["qg_admin_Ab12_Cd34", null],
  ["Bearer qg_read_Ab12_Cd34", null],
];

for (const [typed, read] of CASES) {
  Deno.test(`code or key: ${JSON.stringify(typed)}`, () => {
    const secret = parseSecret(typed);
    assertEquals(secret && (secret.kind === "key" ? secret.key : secret.code), read);
  });
}
