/** `prices`: which prices are known, how old they are, and what differs between two versions or days. */
import { DAY_PATTERN, DAY_RULE } from "../../shared/money/prices.ts";
import { commandText } from "../config/help.ts";
import { PriceBook } from "../prices/price_book.ts";
import { differences, type PriceList, priceList, type Prices, pricesByTier, words } from "../prices/price_list.ts";
import { table } from "./table.ts";
import { UsageError } from "./usage_error.ts";

export const PRICES_HELP = `Usage: ${commandText("prices", "[MODEL] [--day DAY] [--json]")}
       ${commandText("prices", "--diff OLD [NEW]")}

Lists the public prices in dollars, by the million tokens, and their age. The team's own prices in the limits file come
before them. MODEL shows what calls of that model cost, in each tier.

  --day DAY     the prices on another day, in UTC, such as 2026-07-29
  --json        as JSON, to keep and to compare later
  --diff        what differs between two lists: each is a file that --json has written, a day, or "now"`;

interface PricesContext {
  now(): number;
  readFile(path: string): string;
  print(text: string): void;
}

/** Runs the command. */
export function runPrices(args: string[], context: PricesContext): number {
  const book = new PriceBook({ now: () => context.now() });
  const today = new Date(context.now()).toISOString().slice(0, 10);
  if (args.includes("--diff")) return printDifferences(book, today, args.filter((arg) => arg !== "--diff"), context);
  const { day = today, json, model } = optionsOf(args);
  const list = priceList(book, day);
  const found = model === null ? list.prices : pricesByTier(book, model, day);
  if (json) context.print(JSON.stringify({ ...list, prices: found }, null, 2));
  else context.print(model === null ? wholeTable(book, list) : modelTable(model, day, found));
  return Object.keys(found).length > 0 ? 0 : 1;
}

function optionsOf(args: string[]) {
  const rest = [...args];
  const at = rest.indexOf("--day");
  const [, day] = at < 0 ? [] : rest.splice(at, 2);
  if (at >= 0 && !DAY_PATTERN.test(day ?? "")) {
    throw new UsageError(`Cannot read --day ${day ?? ""}: it takes ${DAY_RULE}`);
  }
  const names = rest.filter((arg) => arg !== "--json");
  const unknown = names.filter((name, at) => at > 0 || name.startsWith("-"));
  if (unknown.length > 0) throw new UsageError(`Cannot read ${unknown.join(" ")}\n\n${PRICES_HELP}`);
  return { day, json: rest.includes("--json"), model: names[0] ?? null };
}

const COLUMNS = ["input", "cached_input", "output"];

function wholeTable({ about }: PriceBook, { day, prices }: PriceList): string {
  const rows = Object.entries(prices).map(([name, prices]) => [...name.split(" "), ...cellsOf(prices)]);
  const age = about.age_days === 1 ? "1 day" : `${about.age_days} days`;
  return [
    `Prices on ${day}, in dollars by the million: ${about.library} under our additions of ${about.overlay_date}, ${age} old.`,
    "",
    table(["MODEL", "TIER", "INPUT", "CACHED", "OUTPUT", "FURTHER"], rows),
  ].join("\n");
}

function modelTable(model: string, day: string, prices: Record<string, Prices>): string {
  const rows = Object.entries(prices).map(([tier, prices]) => [tier, ...cellsOf(prices)]);
  if (rows.length > 0) return table(["TIER", "INPUT", "CACHED", "OUTPUT", "FURTHER"], rows);
  return `No price is known for ${model} on ${day}: its calls are unpriced. Add one to "prices" in the limits file`;
}

function cellsOf(prices: Prices): string[] {
  const further = Object.fromEntries(Object.entries(prices).filter(([unit]) => !COLUMNS.includes(unit)));
  return [...COLUMNS.map((unit) => prices[unit] ?? ""), words(further)];
}

function printDifferences(book: PriceBook, today: string, names: string[], context: PricesContext): number {
  const [old, now = "now"] = names;
  if (old === undefined || names.length > 2) throw new UsageError(`Cannot compare: name two lists\n\n${PRICES_HELP}`);
  const listOf = (name: string) =>
    name === "now" ? priceList(book, today) : DAY_PATTERN.test(name) ? priceList(book, name) : savedList(name, context);
  const found = differences(listOf(old), listOf(now));
  for (const line of found) context.print(line);
  context.print(found.length === 0 ? "No price differs." : `${found.length} differences.`);
  return found.length === 0 ? 0 : 1;
}

function savedList(path: string, { readFile }: PricesContext): PriceList {
  try {
    const list = JSON.parse(readFile(path));
    const isList = Object.values(list.prices).every((prices) =>
      Object.values(prices as Prices).every((price) => typeof price === "string")
    );
    if (isList) return list;
  } catch (error) {
    throw new UsageError(`Cannot read ${path} as a list of prices: ${error instanceof Error ? error.message : error}`);
  }
  throw new UsageError(`Cannot read ${path} as a list of prices: write one with ${commandText("prices", "--json")}`);
}
