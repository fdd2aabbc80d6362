/** Structured log: one JSON object a line, on standard error. No header, body or key is ever handed to it. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

const encoder = new TextEncoder();

/** The log on standard error. */
export const log: Log = (event, fields = {}) => {
  const line = JSON.stringify({ time: new Date().toISOString(), event, ...fields });
  try {
    Deno.stderr.writeSync(encoder.encode(`${line}\n`));
  } catch {
    // Whoever read it has gone. A log that nobody hears must not stop what it tells of.
  }
};
