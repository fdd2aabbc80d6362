/** Child processes: one to wait for, one to stand in for. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";

/** One Ctrl+C arrives from the terminal and again through npm; a person's second one comes later than this. */
const SAME_KEYPRESS_MS = 500;

const ORPHAN_CHECK_MS = 500;

/**
 * Runs a command to its end, or kills it when the time is up.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs: number, onOutput?: (text: string) => void }} options
 *   `onOutput` sees stdout and stderr as they come.
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started, 124 when it was killed.
 */
export function run(command, args, { cwd, env, timeoutMs, onOutput = () => {} }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
    let output = "";
    const hear = (/** @type {string} */ text) => {
      output += text;
      onOutput(text);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code, signal) => resolve({ code: code ?? (signal ? 124 : 1), output }));
  });
}

/**
 * Runs a command as if it were this process: its output is ours, signals go to it once, its exit code is the answer.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} options
 * @returns {Promise<number>}
 */
export function become(command, args, { cwd, env } = {}) {
  // A process group of its own: the terminal's Ctrl+C would else reach the child a second time, beside ours.
  const child = spawn(command, args, { cwd, env, stdio: "inherit", detached: process.platform !== "win32" });
  const stopForwarding = onSignals((signal) => child.kill(signal));
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`Cannot run ${command}: ${error.message}`);
      resolve(127);
    });
    child.on("exit", (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * Calls back when this process is asked to end: for SIGINT and SIGTERM, once per keypress, and as SIGTERM for a closed
 * terminal and for an npm that was ended.
 *
 * @param {(signal: "SIGINT" | "SIGTERM") => void} heard
 * @returns {() => void} stops listening.
 */
function onSignals(heard) {
  let last = -Infinity;
  const once = (/** @type {"SIGINT" | "SIGTERM"} */ signal) => {
    if (performance.now() - last < SAME_KEYPRESS_MS) return;
    last = performance.now();
    heard(signal);
  };
  /** @type {[NodeJS.Signals, () => void][]} */
  const listeners = [["SIGINT", () => once("SIGINT")], ["SIGTERM", () => once("SIGTERM")]];
  // Without a terminal it may be nohup's business, which a listener would undo.
  if (process.stdin.isTTY) listeners.push(["SIGHUP", () => once("SIGTERM")]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const stopWatching = onOrphaned(() => once("SIGTERM"));
  return () => {
    stopWatching();
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/** npm passes a signal on to the shell between it and us, which dies of it and tells nobody. @param {() => void} heard */
function onOrphaned(heard) {
  if (!process.env.npm_lifecycle_event) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    heard();
  }, ORPHAN_CHECK_MS);
  return () => clearInterval(timer);
}
