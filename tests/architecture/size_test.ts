import { assertEquals } from "../support/assert.ts";
import { readModules } from "./module_graph.ts";
import { productSources } from "./sources.ts";

/** Lines of a file, lines of a function and source files of a folder, above which a reason is required. */
const LIMITS = { file: 200, function: 40, folder: 20 };

/** The reasons, by path. A reason that is no longer needed fails the test, too. */
const REASONS: Record<keyof typeof LIMITS, Record<string, string>> = {
  file: {
    "server/attempts/attempt.ts": "the whole life of one attempt: all of its ends are read in one place",
    "server/core/json/skim.ts": "one state machine: what each byte means is read in one place",
    "server/front/front_door.ts": "the one port: the way of each request and upgrade is read in one place",
    "server/gateway/http/relay.ts": "the whole life of one exchange: every event and every end is read in one place",
    "server/ledger/sqlite/session.ts": "the worker's one connection: what commits, reads and heals it shares its state",
    "server/live/memory/memory_store.ts": "the whole port: each of its methods is atomic over the same counters",
    "server/live/memory/workspace_counter.ts": "the counters of a workspace and of its models share their pages",
    "server/prices/overlay.ts": "one table: all that we add to the library's prices is read in one place",
    "server/service.ts": "the composition: what the service is made of, its start and its stop are read in one place",
    "server/tracker/workspace.ts": "the state of a workspace and the status that follows from it are read in one place",
    "server/tracker/tracker.ts": "the one writer: what it is made of and every call to it are read in one place",
  },
  function: {
    "server/gateway/http/gateway.ts": "the handlers of one gateway share its connections and its retries",
  },
  folder: {},
};

const product = readModules(await productSources());
const lines = (text: string) => text.trimEnd().split("\n").length;

Deno.test(`a file over ${LIMITS.file} lines has a reason`, () => {
  const long = product.filter(({ text }) => lines(text) > LIMITS.file);
  assertEquals(paths(long), Object.keys(REASONS.file).sort());
});

Deno.test(`a function over ${LIMITS.function} lines has a reason`, () => {
  const long = product.filter(({ functions }) => functions.some(({ lines }) => lines > LIMITS.function));
  assertEquals(paths(long), Object.keys(REASONS.function).sort());
});

Deno.test(`a folder with more than ${LIMITS.folder} source files has a reason`, () => {
  const folders = Map.groupBy(product, ({ path }) => path.slice(0, path.lastIndexOf("/")));
  const large = [...folders].filter(([, files]) => files.length > LIMITS.folder).map(([path]) => ({ path }));
  assertEquals(paths(large), Object.keys(REASONS.folder).sort());
});

function paths(modules: { path: string }[]): string[] {
  return modules.map(({ path }) => path).sort();
}
