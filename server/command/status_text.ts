/** A status as lines for a terminal: a headline, then one line a limit, in the words of every other surface. */
import { styleText } from "node:util";
import { isCurrent, type View } from "../../shared/view.ts";
import { type Budget, orderedBudgets } from "../../shared/ui/meters/budgets.ts";
import { describeBudget } from "../../shared/ui/meters/describe_budget.ts";
import { describeMeter, type MeterText } from "../../shared/ui/meters/describe_meter.ts";
import { metersOf, type NamedMeter } from "../../shared/ui/meters/tightest.ts";
import { describeStatus } from "../../shared/ui/status/describe_status.ts";
import { displayStateOf, type Tone } from "../../shared/ui/status/tone.ts";
import { freshnessText } from "../../shared/ui/time/time_text.ts";
import { budgetWait, meterWait } from "../../shared/ui/time/wait_text.ts";

/** The terminal's capabilities. */
export interface TerminalStyle {
  colour: boolean;
  unicode: boolean;
  /** Columns. */
  width: number;
}

/** Cells of a bar, unless the terminal is narrower. */
const BAR_CELLS = 20;

/** Columns of a limit's name and percentage. */
const BAR_MARGIN = 13;

/** Columns below which bar and numbers do not fit one line. */
const NARROW = 70;

const PAINT = { ok: "cyan", warning: "yellow", critical: "red", unsure: "gray" } as const;

/** A shape beside each colour, for people who cannot distinguish colours. */
const SIGNS: Record<Tone, [unicode: string, ascii: string]> = {
  ok: ["●", "o"],
  warning: ["▲", "!"],
  critical: ["■", "X"],
  unsure: ["○", "?"],
};

/** Exit codes of `status`, so that scripts and prompts can use it: 0 normal, 1 warning, 2 full or exceeded, 3 unknown. */
export function exitCode(view: View): 0 | 1 | 2 | 3 {
  switch (displayStateOf(view)) {
    case "normal":
      return 0;
    case "warning":
      return 1;
    case "rate_limited":
    case "quota_exceeded":
      return 2;
    default:
      return 3;
  }
}

/** The lines, none of which is wider than the terminal. */
export function statusLines(view: View, now: number, style: TerminalStyle): string[] {
  const { tone, headline, detail } = describeStatus(view, now);
  const { width } = style;
  const title = `${SIGNS[tone][style.unicode ? 0 : 1]} ${printable(view.workspace_id)}  ${printable(headline)}`;
  return [
    ...wrapped(title, width).map(painter(style, tone)),
    ...detail ? wrapped(`  ${printable(detail)}`, width) : [],
    ...view.status ? metersOf(view.status).flatMap((limit) => row(limit, view, now, style)) : [],
    ...view.status ? orderedBudgets(view.status).flatMap((budget) => budgetRow(budget, view, now, style)) : [],
    ...wrapped(`  ${freshnessText(view, now)}`, width).map(painter(style, "unsure")),
  ];
}

/** One line a limit; in a narrow terminal the numbers are on a second one. */
function row(limit: NamedMeter, view: View, now: number, style: TerminalStyle): string[] {
  const text = describeMeter(limit, view.status!.warning_ratio);
  const current = isCurrent(view);
  const { cause } = view.status!;
  const wait = meterWait(limit.meter, { current, cause }, view.clock_offset_ms, now);
  return line(text, limit.model, [text.count, wait, text.left, text.reservedText], current, style);
}

function budgetRow(budget: Budget, view: View, now: number, style: TerminalStyle): string[] {
  const text = describeBudget(budget, view.status!.warning_ratio);
  const current = isCurrent(view);
  const wait = budgetWait(budget, { current, cause: view.status!.cause }, view.clock_offset_ms, now);
  const parts = [text.count, wait, text.unpriced.replace(/\.$/, ""), text.left, text.reservedText];
  return line(text, budget.scope === "workspace" ? undefined : budget.name, parts, current, style);
}

/** @param part the model, app or run that it applies to. */
function line(
  text: MeterText,
  part: string | undefined,
  parts: string[],
  current: boolean,
  style: TerminalStyle,
): string[] {
  const head = `  ${text.short.padEnd(4)} `;
  const share = ` ${text.percent.padStart(5)}`;
  const meter = head + painter(style, current ? text.tone : "unsure")(bar(text, style)) + share;
  const isNarrow = style.width < NARROW;
  const room = style.width - head.length - (isNarrow ? 0 : BAR_CELLS + share.length + 2);
  const name = part ? shortened(printable(part), Math.floor(room / 2), style) : "";
  const numbers = fitting([name, ...parts], room);
  if (numbers === "") return [meter];
  return isNarrow ? [meter, " ".repeat(head.length) + numbers] : [`${meter}  ${numbers}`];
}

/** The first parts that fit; a part is never cut, because a part of a number would be wrong. */
function fitting(parts: string[], room: number): string {
  let text = "";
  for (const part of parts.filter(Boolean)) {
    const longer = text === "" ? part : `${text}, ${part}`;
    if (longer.length > room) break;
    text = longer;
  }
  return text;
}

/** `█████░░░`: used and reserved, rounded up so that something used is never an empty bar. */
function bar({ used, reserved }: MeterText, { unicode, width }: TerminalStyle): string {
  const cells = Math.max(1, Math.min(BAR_CELLS, width - BAR_MARGIN));
  const full = Math.min(cells, Math.ceil((used + reserved) / 100 * cells));
  const [filled, empty] = unicode ? ["█", "░"] : ["#", "-"];
  return filled.repeat(full) + empty.repeat(cells - full);
}

function painter({ colour }: TerminalStyle, tone: Tone): (text: string) => string {
  return (text) => colour ? styleText(PAINT[tone], text, { validateStream: false }) : text;
}

/** Lines of whole words; the indentation of the text is kept, and later lines have at least two spaces. */
function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(/(?<=\S)(?= )/).flatMap((word) => pieces(word, width - 2))) {
    const longer = lines.at(-1)! + word;
    if (lengthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(`  ${word.trimStart()}`);
  }
  return lines;
}

/** A word in pieces that fit a line. */
function pieces(word: string, room: number): string[] {
  const letters = [...word];
  return Array.from(
    { length: Math.ceil(letters.length / room) },
    (_, at) => letters.slice(at * room, (at + 1) * room).join(""),
  );
}

function shortened(name: string, room: number, { unicode }: TerminalStyle): string {
  const dots = unicode ? "…" : "...";
  return lengthOf(name) <= room ? name : [...name].slice(0, room - dots.length).join("") + dots;
}

function lengthOf(text: string): number {
  return [...text].length;
}

/** Names come from callers: a control character in one would move the cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?");
}
