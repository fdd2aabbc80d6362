/**
 * The large proof of history. Options: `--attempts=1000000`, `--seed=1`. It exits with 1 where a sum differs from the rows.
 */
import { withTempFolder } from "../support/temp.ts";
import { proveHistory } from "./prove.ts";

const MAX_FAULTS_SHOWN = 20;

const unknown = Deno.args.find((arg) => !/^--(attempts|seed)=/.test(arg));
if (unknown !== undefined) throw new TypeError(`Cannot use ${unknown}: give --attempts=N and --seed=N`);
const attempts = option("attempts", 1_000_000);
const seed = option("seed", 1);

console.log(`History of ${attempts} random attempts of seed ${seed}.\n`);
const { compared, faults } = await withTempFolder((folder) =>
  proveHistory({ path: `${folder}/quota.db`, attempts, seed, say: (text) => console.log(text) })
);
for (const fault of faults.slice(0, MAX_FAULTS_SHOWN)) console.error(fault);
console.log(`\n${compared} sums were compared with the rows: ${faults.length} differ.`);
if (faults.length > 0) Deno.exit(1);

function option(name: string, usual: number): number {
  const text = Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.split("=")[1];
  const value = text === undefined ? usual : Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`Cannot use --${name}=${text}: give a whole number from 1`);
}
