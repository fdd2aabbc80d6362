import { assert, assertEquals } from "../support/assert.ts";
import { productSources } from "./sources.ts";

/** Lines past which a file wants a reason. */
const LIMIT = 200;

/** Files that have one. */
const REASONS: Record<string, string> = {
  "server/attempts/attempt.ts": "one attempt's whole life: every end that it can have is read in one place",
};

const lines = (text: string) => text.trimEnd().split("\n").length;

Deno.test(`a file past ${LIMIT} lines has a reason`, async () => {
  const long = (await productSources()).filter(({ text }) => lines(text) > LIMIT);
  const unexplained = long.filter(({ path }) => !REASONS[path]).map(({ path, text }) =>
    `${path}: ${lines(text)} lines`
  );
  assertEquals(unexplained, []);
});

Deno.test("no reason outlives its file's length", async () => {
  const sources = new Map((await productSources()).map(({ path, text }) => [path, lines(text)]));
  for (const path of Object.keys(REASONS)) {
    assert((sources.get(path) ?? 0) > LIMIT, `${path} needs no reason any more: delete it from the table`);
  }
});
