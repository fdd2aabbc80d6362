import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { ODD_FILES } from "../../tests/support/odd_files.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { fileFault, ownFileFault, plainFileFault } from "./file_fault.ts";

const CHECKS = [fileFault, ownFileFault, plainFileFault];

Deno.test("a regular file and a missing one have no fault", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const check of CHECKS) {
      assertEquals(["file", "missing", "file/below"].map((name) => check(`${folder}/${name}`)), [null, null, null]);
    }
  }));

for (const [kind, make] of Object.entries(ODD_FILES)) {
  Deno.test(`${kind} is a fault that says so`, () =>
    withTempFolder(async (folder) => {
      await make(`${folder}/odd`);
      for (const check of [fileFault, ownFileFault]) {
        assertStringIncludes(check(`${folder}/odd`) ?? "", `it is ${kind}`);
      }
      assertStringIncludes(plainFileFault(`${folder}/odd`) ?? "", "it is a ");
    }));
}

Deno.test("a link to a file and a file with two names are faults where a file must have one name", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await Deno.symlink(`${folder}/file`, `${folder}/link`);
    assertEquals(CHECKS.map((check) => check(`${folder}/link`)), [null, null, "it is a symbolic link: delete it"]);
    await Deno.link(`${folder}/file`, `${folder}/second`);
    const two = "it has 2 names (hard links), so two processes could write it: delete the others";
    assertEquals(CHECKS.map((check) => check(`${folder}/file`)), [null, two, two]);
  }));
