import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { codeOfAddress, isCode } from "./sign_in.ts";

Deno.test("a pairing code is known however it is typed; a key is none", () => {
  for (const code of ["ABCD-EFGH", "abcd efgh", " ABCDEFGH "]) assert(isCode(code), code);
  for (const other of ["", "ABCD", "ABCD-EFGHI", "qg_read_m4t8w1ze_abc", "ABCD--EFGH"]) assert(!isCode(other), other);
});

Deno.test("an address has a code only where it is one", () => {
  assertEquals(codeOfAddress("#pair=abcd-efgh"), "ABCD-EFGH");
  for (const hash of ["", "#page", "#pair=", "#pair=<script>", "#code=ABCD-EFGH"]) {
    assertEquals(codeOfAddress(hash), "");
  }
});
