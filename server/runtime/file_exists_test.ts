import { assert, assertEquals } from "../../tests/support/assert.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { fileExists, fileIdentity } from "./file_exists.ts";

Deno.test("files and folders exist; a missing one, and one below a file, do not", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const paths = [folder, `${folder}/file`, `${folder}/missing`, `${folder}/file/below`];
    assertEquals(paths.map(fileExists), [true, true, false, false]);
  }));

Deno.test("a file keeps its identity when it is written, moved or linked; a new file at its path has another", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const identity = fileIdentity(`${folder}/file`);
    await Deno.writeTextFile(`${folder}/file`, "more");
    await Deno.symlink(`${folder}/file`, `${folder}/link`);
    assertEquals([fileIdentity(`${folder}/file`), fileIdentity(`${folder}/link`)], [identity, identity]);
    await Deno.rename(`${folder}/file`, `${folder}/moved`);
    await Deno.writeTextFile(`${folder}/file`, "");
    assertEquals(fileIdentity(`${folder}/moved`), identity);
    assert(fileIdentity(`${folder}/file`) !== identity);
  }));
