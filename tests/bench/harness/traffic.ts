/** An hour of calls: real ones from a trace, or made up with a seed. */
import { ROOT } from "../../../tools/lib/setup.mjs";

/** One call, in the milliseconds of its trace. */
export interface Call {
  at_ms: number;
  end_ms: number;
  input_tokens: number;
  output_tokens: number;
}

export interface Traffic {
  name: string;
  calls: Call[];
}

/** The time to the first token and for each token. The traces have no times of answers. */
const FIRST_TOKEN_MS = 500;
const TOKEN_MS = 20;

/**
 * Traces as CSV with the columns `offset_ms`, `input_tokens` and `output_tokens`, such as Azure's of 2023:
 * https://github.com/Azure/AzurePublicDataset.
 */
const TRACES = Deno.env.get("BENCH_TRACES") ?? `${ROOT}/../shared/data/traces`;
const FILES = { conversation: "azure-2023-conv.csv", code: "azure-2023-code.csv" };

const HOUR_MS = 3_600_000;

/** The traces, or traffic like them where they are not present. */
export async function hourOfTraffic(): Promise<Traffic[]> {
  try {
    return await Promise.all(Object.entries(FILES).map(([name, file]) => readTrace(name, `${TRACES}/${file}`)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [madeUp(1)];
    throw error;
  }
}

async function readTrace(name: string, path: string): Promise<Traffic> {
  const [, ...lines] = (await Deno.readTextFile(path)).trim().split("\n");
  const calls = lines.map((line) => {
    const [at_ms, input_tokens, output_tokens] = line.split(",").map(Number);
    return call(at_ms, input_tokens, output_tokens);
  });
  return { name, calls };
}

/** Calls at a changing rate, with many short and a few long inputs and answers. */
function madeUp(seed: number): Traffic {
  const random = mulberry32(seed);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  const calls: Call[] = [];
  for (let at_ms = 0; at_ms < HOUR_MS;) {
    calls.push(
      call(Math.floor(at_ms), 20 + Math.ceil(exponential(1100)), 5 + Math.min(1000, Math.ceil(exponential(200)))),
    );
    const per_second = 5.4 + 3 * Math.sin(at_ms / 400_000) + 1.5 * Math.sin(at_ms / 31_000);
    at_ms += exponential(1000 / per_second);
  }
  return { name: `made up, seed ${seed}`, calls };
}

function call(at_ms: number, input_tokens: number, output_tokens: number): Call {
  return { at_ms, end_ms: at_ms + FIRST_TOKEN_MS + TOKEN_MS * output_tokens, input_tokens, output_tokens };
}

/** A small generator of random numbers from 0 to 1 with a seed. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
