/** Runs the lines that were asked for, prints them, and puts them into `results.md`. */
import { fileURLToPath } from "node:url";
import { GENERATOR } from "./harness/load.ts";
import { describeMachine, load } from "./harness/machine.ts";
import { readOptions } from "./harness/options.ts";
import { Program } from "./harness/program.ts";
import { merged, section } from "./harness/report.ts";
import { LINES } from "./lines.ts";

const RESULTS = new URL("results.md", import.meta.url);

/** A load above this before the start is somebody else's work, which the figures then contain. */
const QUIET = 0.5;

const HEAD = `# What was measured

By \`npm run bench\`, against the goals of the project. Absolute figures drift two-fold from hour to hour: what holds is the
ratio inside one run, and processor time a unit. \`direct\` is the stand-in for the provider, with nothing between.

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
    console.log(`The machine is at work (load average ${load().toFixed(1)}): do not trust what follows.\n`);
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

/** After each line, so that a fault in a later one loses nothing. */
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
