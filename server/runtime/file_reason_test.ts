import { linkSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { assertEquals } from "../../tests/support/assert.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { fileReason } from "./file_reason.ts";

const reasonOf = (work: () => unknown) => {
  try {
    return work(), null;
  } catch (error) {
    return fileReason(error);
  }
};

Deno.test("the errors of Deno and of Node have the same words", () =>
  withTempFolder((folder) => {
    const file = `${folder}/file`;
    Deno.writeTextFileSync(file, "");
    Deno.symlinkSync(`${folder}/loop`, `${folder}/loop`);
    const cases: [string, (() => unknown)[]][] = [
      ["there is no such file or folder", [
        () => Deno.readTextFileSync(`${folder}/none`),
        () => readFileSync(`${folder}/none`),
        () => Deno.writeTextFileSync(`${folder}/none/file`, ""),
      ]],
      ["it is a folder, not a file", [() => Deno.readTextFileSync(folder), () => readFileSync(folder)]],
      ["a part of its path is a file, not a folder", [
        () => Deno.readTextFileSync(`${file}/below`),
        () => openSync(`${file}/below`, "r"),
      ]],
      ["it exists already", [() => Deno.mkdirSync(file), () => mkdirSync(file), () => linkSync(file, file)]],
      ["its name is too long", [() => readFileSync(`${folder}/${"x".repeat(300)}`)]],
      ["it is a symbolic link that leads back to itself", [() => readFileSync(`${folder}/loop`)]],
    ];
    for (const [words, works] of cases) for (const work of works) assertEquals(reasonOf(work), words);
  }));

Deno.test("another error keeps its message", () => {
  assertEquals([fileReason(new Error("boom")), fileReason("boom")], ["boom", "boom"]);
});
