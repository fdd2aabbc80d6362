/** A status as lines for a terminal: a headline, then one line a limit, in the words of every other surface. */
import { styleText } from "node:util";
import { isCurrent, type View } from "../../shared/view.ts";
import { describeMeter, type MeterText } from "../../shared/ui/meters/describe_meter.ts";
import { metersOf, type NamedMeter } from "../../shared/ui/meters/tightest.ts";
import { describeStatus } from "../../shared/ui/status/describe_status.ts";
import { displayStateOf, type Tone } from "../../shared/ui/status/tone.ts";
import { freshnessText, meterWait } from "../../shared/ui/time/time_text.ts";

/** The terminal's capabilities. */
export interface TerminalStyle {
  colour: boolean;
  unicode: boolean;
  /** Columns. */
  width: number;
}

/** Cells of a bar. */
const BAR_CELLS = 20;

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

/** The lines, each cut to the terminal's width. */
export function statusLines(view: View, now: number, style: TerminalStyle): string[] {
  const { tone, headline, detail } = describeStatus(view);
  const paint = painter(style, tone);
  const title = `${SIGNS[tone][style.unicode ? 0 : 1]} ${printable(view.workspace_id)}: ${headline}`;
  const limits = view.status ? metersOf(view.status).map((limit) => row(limit, view, now, style)) : [];
  return [
    paint(cut(title, style)),
    ...detail ? [cut(`  ${printable(detail)}`, style)] : [],
    ...limits,
    painter(style, "unsure")(cut(`  ${freshnessText(view, now)}`, style)),
  ];
}

function row(limit: NamedMeter, view: View, now: number, style: TerminalStyle): string {
  const text = describeMeter(limit, view.status!.warning_ratio);
  const current = isCurrent(view);
  const { cause } = view.status!;
  const wait = meterWait(limit.meter, { current, cause }, view.clock_offset_ms, now);
  const head = `  ${text.short.padEnd(4)} `;
  const share = ` ${text.percent.padStart(4)}  `;
  const room = style.width - head.length - BAR_CELLS - share.length;
  const parts = [limit.model ? printable(limit.model) : "", text.count, wait, text.left, text.reservedText];
  return head + painter(style, current ? text.tone : "unsure")(bar(text, style)) + share + fitting(parts, room);
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
function bar({ used, reserved }: MeterText, { unicode }: TerminalStyle): string {
  const full = Math.min(BAR_CELLS, Math.ceil((used + reserved) / 100 * BAR_CELLS));
  const [filled, empty] = unicode ? ["█", "░"] : ["#", "-"];
  return filled.repeat(full) + empty.repeat(BAR_CELLS - full);
}

function painter({ colour }: TerminalStyle, tone: Tone): (text: string) => string {
  return (text) => colour ? styleText(PAINT[tone], text, { validateStream: false }) : text;
}

function cut(text: string, { width }: TerminalStyle): string {
  return [...text].slice(0, width).join("");
}

/** Names come from callers: a control character in one would move the cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?");
}
