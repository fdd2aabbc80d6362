import { assertEquals } from "../../tests/support/assert.ts";
import { denoArguments, nothingSelected, selection } from "./test_selection.mjs";

const exists = (path: string) => path === "tests/faults" || path === "shared/format.ts";
const select = (...args: string[]) => selection(args, exists);
const RUN = ["test", "--allow-all", "--no-check", "--permit-no-files"];

Deno.test("paths and names may be mixed; several words are one name", () => {
  assertEquals(select("tests/faults"), { paths: ["tests/faults"], name: "" });
  assertEquals(select("rolling minute"), { paths: [], name: "rolling minute" });
  assertEquals(select("rolling", "tests/faults", "minute"), { paths: ["tests/faults"], name: "rolling minute" });
});

Deno.test("a name is matched in either case, and its punctuation stands for itself", () => {
  assertEquals(denoArguments(select("GET /v1 (a.b)")), [...RUN, "--filter=/(?i)GET /v1 \\(a\\.b\\)/"]);
  assertEquals(denoArguments(select("tests/faults", "clock")), [...RUN, "--filter=/(?i)clock/", "tests/faults"]);
});

Deno.test("paths alone run their doc examples too", () => {
  assertEquals(denoArguments(select("shared/format.ts")), [...RUN, "--doc", "shared/format.ts"]);
});

Deno.test("a selection without tests is explained in one sentence", () => {
  assertEquals(
    nothingSelected(select("rolling hour"), 1626),
    'No test was run: none of the 1626 test names contains "rolling hour", and no file or folder has that path.',
  );
  assertEquals(
    nothingSelected(select("tests/faults", "hour"), 40),
    'No test was run: none of the 40 test names in tests/faults contains "hour", and no file or folder has that path.',
  );
  assertEquals(nothingSelected(select("tests/faults"), 0), "No test was run: tests/faults contains none.");
});
