/** `status` and `watch`: show the status in a terminal. */
import { fullJitter } from "../../shared/backoff.ts";
import { StatusBody } from "../../shared/quota.ts";
import { EMPTY_VIEW, type View } from "../../shared/view.ts";
import { reasonOf } from "./reason.ts";
import { exitCode, statusLines, type TerminalStyle } from "./status_text.ts";

/** The service, workspace and key of a status request. */
export interface StatusSource {
  /** Without a trailing slash; a path is kept. */
  url: string;
  workspace_id: string | null;
  key: string | null;
}

/** A service that takes longer is shown as offline. */
const TIMEOUT_MS = 5000;

/**
 * Asks the service once.
 *
 * @returns the view of the answer; a service that cannot be reached or refuses is a view too, with the reason.
 */
export async function fetchView(source: StatusSource, send: typeof fetch = fetch): Promise<View> {
  const { url, workspace_id, key } = source;
  const query = workspace_id === null ? "" : `?workspace_id=${encodeURIComponent(workspace_id)}`;
  const empty = { ...EMPTY_VIEW, server_url: url, workspace_id: workspace_id ?? "default" };
  try {
    const headers: HeadersInit = key === null ? {} : { authorization: `Bearer ${key}` };
    const response = await send(`${url}/api/quota/status${query}`, {
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      return { ...empty, connection: "refused", problem: detailOf(body) ?? `It answered ${response.status}.` };
    }
    return viewOf(empty, body);
  } catch (error) {
    return { ...empty, connection: "offline", problem: `Cannot reach ${url}: ${reasonOf(error)}` };
  }
}

function viewOf(empty: View, body: unknown): View {
  const read = StatusBody.safeParse(body);
  if (!read.success) {
    return {
      ...empty,
      connection: "refused",
      problem: "Its answer cannot be read: update this command or the service.",
    };
  }
  const now = Date.now();
  const clock_offset_ms = Date.parse(read.data.server_time) - now;
  const { workspace_id } = read.data;
  return { ...empty, workspace_id, connection: "polling", status: read.data, confirmed_at: now, clock_offset_ms };
}

function detailOf(body: unknown): string | null {
  const detail = (body as { detail?: unknown } | null)?.detail;
  return typeof detail === "string" ? detail : null;
}

/** Prints a view, as lines or as JSON; returns the exit code. */
export function printView(view: View, json: boolean, style: TerminalStyle, print: (text: string) => void): number {
  const { status, connection, problem } = view;
  print(
    json ? JSON.stringify(status ?? { connection, problem }, null, 2) : statusLines(view, Date.now(), style).join("\n"),
  );
  return exitCode(view);
}

/** The output of `watch`. */
export interface Screen extends TerminalStyle {
  /** Rows; `null` for a file, a pipe or a terminal whose cursor cannot be moved. */
  height: number | null;
}

/** The time between two requests of `watch`. */
export const WATCH_MS = 2000;

/**
 * The milliseconds until `watch` asks again.
 *
 * @param failures requests in a row without an answer. Terminals that lost the service together must not ask it together
 *   when it is back.
 * @param random from 0 up to, not including, 1.
 */
export function watchDelay(failures: number, random: () => number): number {
  return failures === 0 ? WATCH_MS : fullJitter(failures, random);
}

/**
 * Redraws in place: the lines before are overwritten, so that the terminal's history stays. A screen whose width has
 * changed is cleared, because it has broken the lines before anew. Without a terminal, each view follows the one before.
 *
 * @returns a function that draws one view.
 */
export function redrawer(write: (text: string) => void, screenNow: () => Screen): (view: View, now: number) => void {
  let drawn = { lines: 0, width: 0 };
  return (view, now) => {
    const screen = screenNow();
    const { width, height } = screen;
    const all = statusLines(view, now, screen);
    if (height === null) return write(`${all.join("\n")}\n\n`);
    // The cursor cannot move up beyond the first row.
    const lines = all.slice(0, Math.max(1, height - 1));
    const up = drawn.lines === 0 ? "" : drawn.width === width ? `\u001b[${drawn.lines}A` : "\u001b[2J\u001b[H";
    write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join("")}\u001b[J`);
    drawn = { lines: lines.length, width };
  };
}
