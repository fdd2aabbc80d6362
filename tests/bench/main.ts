/** Runs the requested lines, prints their results, and writes them to `results.md`. */
import { fileURLToPath } from "node:url";
import { GENERATOR } from "./harness/load.ts";
import { describeMachine, load } from "./harness/machine.ts";
import { readOptions } from "./harness/options.ts";
import { Program } from "./harness/program.ts";
import { merged, section } from "./harness/report.ts";
import { LINES } from "./lines.ts";

const RESULTS = new URL("results.md", import.meta.url);

/** A higher load average before the start means that other programs disturb the figures. */
const QUIET = 0.5;

const HEAD = `# Measurements

Written by \`npm run bench\`. Absolute figures vary by a factor of two from hour to hour; reliable are the ratios within one
run, and the processor time for a unit. \`direct\` is the mock provider without a gateway.

Machine: ${describeMachine()}. Load by ${GENERATOR}.
`;

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await Program.stopAll();
  Deno.exit(1);
}

async function run(): Promise<void> {
  const options = readOptions(Deno.args, Object.keys(LINES));
  if (load() > QUIET) {
    console.log(`The machine is busy (load average ${load().toFixed(1)}): do not trust these figures.\n`);
  }
  console.log(`${describeMachine()}; load by ${GENERATOR}.\n`);
  for (const id of options.lines) {
    const before = load();
    const { title, run } = LINES[id];
    console.log(`${id.toUpperCase()} runs…\n`);
    const text = section(`${id.toUpperCase()}: ${title}`, await run(options), before);
    console.log(text);
    if (!options.quick) await keep(text);
  }
  if (!options.quick) console.log("Written to tests/bench/results.md");
}

/** Called after each line, so that a failure of a later one loses no result. */
async function keep(text: string): Promise<void> {
  await Deno.writeTextFile(RESULTS, merged(await earlier(), HEAD, [text]));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", fileURLToPath(RESULTS)] }).output();
}

async function earlier(): Promise<string> {
  try {
    return await Deno.readTextFile(RESULTS);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
