/** A structured log event. Never pass headers, bodies or keys as fields. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

const encoder = new TextEncoder();

/** Logs to standard error, one JSON object a line. */
export const log: Log = (event, fields = {}) => {
  const line = JSON.stringify({ time: new Date().toISOString(), event, ...fields });
  try {
    Deno.stderr.writeSync(encoder.encode(`${line}\n`));
  } catch {
    // The reader of standard error is gone. That must not fail the work that is logged.
  }
};
