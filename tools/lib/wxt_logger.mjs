/** A logger for WXT that prints only warnings and errors: its own lists every chunk. A fault is still thrown. */
const silent = () => {};

export const quiet = {
  debug: silent,
  log: silent,
  info: silent,
  success: silent,
  warn: console.warn,
  error: console.error,
  fatal: console.error,
  level: 1,
};
