import { assertEquals, assertThrows } from "../../tests/support/assert.ts";
import { readOptions } from "./options.mjs";
import { SetupError } from "./setup.mjs";

const PACK = { out: "DIR", only: ["service", "client"] };

Deno.test("options are read by name", () => {
  assertEquals({ ...readOptions(PACK, ["--out", "/tmp/x", "--only=client"]) }, { out: "/tmp/x", only: "client" });
  assertEquals({ ...readOptions({ element: true }, ["--element"]) }, { element: true });
  assertEquals({ ...readOptions({}, []) }, {});
});

const WRONG: [options: Parameters<typeof readOptions>[0], args: string[], sentence: string][] = [
  [PACK, ["--bogus"], "Cannot read --bogus: the options are --out DIR and --only service|client"],
  [PACK, ["--only", "all"], "Cannot read --only all: the options are --out DIR and --only service|client"],
  [PACK, ["--out"], "Cannot read --out: the options are --out DIR and --only service|client"],
  [PACK, ["client"], "Cannot read client: the options are --out DIR and --only service|client"],
  [{ element: true }, ["--element=yes"], "Cannot read --element=yes: the option is --element"],
  [{}, ["now"], "Cannot read now: it takes no options"],
];
for (const [options, args, sentence] of WRONG) {
  Deno.test(`a mistake is one sentence: ${sentence}`, () => {
    assertEquals(assertThrows(() => readOptions(options, args), SetupError).message, sentence);
  });
}
