import { assertEquals } from "../../tests/support/assert.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { fileExists } from "./file_exists.ts";

Deno.test("files and folders exist; a missing one, and one below a file, do not", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const paths = [folder, `${folder}/file`, `${folder}/missing`, `${folder}/file/below`];
    assertEquals(paths.map(fileExists), [true, true, false, false]);
  }));
