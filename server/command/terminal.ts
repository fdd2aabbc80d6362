/** The capabilities of the terminal that a command prints to. */
import type { TerminalStyle } from "./status_text.ts";

/** By https://no-color.org, `TERM` and the locale. */
export function terminalStyle(): TerminalStyle {
  const isTerminal = Deno.stdout.isTerminal();
  const locale = Deno.env.get("LC_ALL") || Deno.env.get("LC_CTYPE") || Deno.env.get("LANG") || "";
  return {
    colour: isTerminal && !Deno.env.get("NO_COLOR") && Deno.env.get("TERM") !== "dumb",
    unicode: /utf-?8/i.test(locale) || Deno.build.os === "windows",
    width: isTerminal ? Deno.consoleSize().columns : 120,
  };
}
