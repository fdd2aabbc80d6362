import { assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { makeFifo, ODD_FILES } from "../../tests/support/odd_files.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { limitsFile } from "./limits_file.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

for (const [kind, make] of Object.entries(ODD_FILES)) {
  Deno.test(`FAULT 66: ${kind} in place of the limits file is an error for readers and writers, and stays`, () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/limits.json`;
      await make(path);
      const before = names(folder);
      const store = limitsFile(path);
      await assertRejects(() => store.stamp(), Error, `it is ${kind}`);
      await assertRejects(() => store.write("{}"), Error, `it is ${kind}`);
      assertEquals(names(folder), before);
    }));
}

Deno.test("FAULT 66: a FIFO that takes the file's place after the check does not block the read", () =>
  withTempFolder(async (folder) => {
    await makeFifo(`${folder}/limits.json`);
    await assertRejects(() => limitsFile(`${folder}/limits.json`).read(), Error, "it is not a regular file");
  }));

Deno.test("FAULT 66: a link with the name of a temporary file is not followed", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/precious`, "kept");
    await Deno.symlink(`${folder}/precious`, `${folder}/limits.json.tmp`);
    await limitsFile(`${folder}/limits.json`).write("{}");
    assertEquals(await Deno.readTextFile(`${folder}/precious`), "kept");
    assertEquals(await Deno.readTextFile(`${folder}/limits.json`), "{}");
    assertEquals(names(folder), ["limits.json", "limits.json.tmp", "precious"]);
  }));

Deno.test("FAULT 66: with leave to write two names alone, an existing temporary file is refused and kept", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/limits.json`;
    await Deno.writeTextFile(`${folder}/precious`, "kept");
    await Deno.symlink(`${folder}/precious`, `${path}.tmp`);
    assertEquals(await writeWith([path, `${path}.tmp`]), `${path}.tmp is in the way: delete it`);
    assertEquals(await Deno.readTextFile(`${folder}/precious`), "kept");
    await Deno.remove(`${path}.tmp`);
    assertEquals(await writeWith([path, `${path}.tmp`]), "written");
    assertEquals(names(folder), ["limits.json", "precious"]);
  });

  /** Writes in a process that may write these files alone. */
  async function writeWith([path, temporary]: string[]): Promise<string> {
    const store = new URL("limits_file.ts", import.meta.url).pathname;
    const code = `const { limitsFile } = await import(${JSON.stringify(store)});
      console.log(await limitsFile(${
      JSON.stringify(path)
    }).write("{}").then(() => "written", (error) => error.message));`;
    const program = `${path}.program.ts`;
    await Deno.writeTextFile(program, code);
    const root = new URL("../../", import.meta.url).pathname;
    const files = `${path},${temporary}`;
    const permissions = [`--allow-read=${root},${program},${files}`, `--allow-write=${files}`];
    const args = ["run", "--no-prompt", "--no-check", ...permissions, program];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
    await Deno.remove(program);
    return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
  }
});

Deno.test("a write keeps the file's permissions, and a link to the file", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/limits.json`;
    await Deno.mkdir(`${folder}/elsewhere`);
    await Deno.writeTextFile(`${folder}/elsewhere/real.json`, "old", { mode: 0o640 });
    await Deno.chmod(`${folder}/elsewhere/real.json`, 0o640);
    await Deno.symlink(`${folder}/elsewhere/real.json`, path);
    await limitsFile(path).write("new");
    assertEquals(await Deno.readTextFile(path), "new");
    const [link, real] = [await Deno.lstat(path), await Deno.lstat(`${folder}/elsewhere/real.json`)];
    assertEquals([link.isSymlink, real.isFile, real.mode! & 0o777], [true, true, 0o640]);
  }));

Deno.test("a missing folder is made for the first write", () =>
  withTempFolder(async (folder) => {
    await limitsFile(`${folder}/data/below/limits.json`).write("{}");
    assertEquals(await Deno.readTextFile(`${folder}/data/below/limits.json`), "{}");
  }));

Deno.test("a file of absurd size is not read into memory", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/limits.json`;
    using file = await Deno.open(path, { write: true, create: true });
    await file.truncate(2 ** 30);
    await assertRejects(() => limitsFile(path).read(), Error, "it has 1073741824 bytes, and 16777216 are allowed");
  }));

Deno.test("a path that cannot be examined is an error; a missing file is none", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/data`, "");
    await assertRejects(() => limitsFile(`${folder}/data/limits.json`).stamp(), Error);
    assertEquals(await limitsFile(`${folder}/missing/limits.json`).stamp(), null);
  }));
