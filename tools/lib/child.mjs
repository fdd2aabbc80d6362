/** Child processes: `run` waits for one and collects its output, `become` passes everything through to one. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";

/** One Ctrl+C arrives twice, from the terminal and through npm; a second keypress comes later than this. */
const SAME_KEYPRESS_MS = 500;

const ORPHAN_CHECK_MS = 500;

/**
 * Runs a command to its end, or kills it after a time limit.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs: number, onOutput?: (text: string) => void }} options
 *   `onOutput` gets stdout and stderr as they arrive.
 * @returns {Promise<{ code: number, output: string }>} code 127 when it did not start, 124 when it was killed.
 */
export function run(command, args, { cwd, env, timeoutMs, onOutput = () => {} }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
    let output = "";
    const add = (/** @type {string} */ text) => {
      output += text;
      onOutput(text);
    };
    child.stdout.setEncoding("utf8").on("data", add);
    child.stderr.setEncoding("utf8").on("data", add);
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code, signal) => resolve({ code: code ?? (signal ? 124 : 1), output }));
  });
}

/**
 * Runs a command in place of this process: it inherits the output, gets each signal once, and its exit code is returned.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} options
 * @returns {Promise<number>}
 */
export function become(command, args, { cwd, env } = {}) {
  // A process group of its own: otherwise the terminal's Ctrl+C reaches the child in addition to our signal.
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
 * Calls back when this process is asked to end: on SIGINT and SIGTERM, once per keypress, and with SIGTERM when the
 * terminal closes or npm is killed.
 *
 * @param {(signal: "SIGINT" | "SIGTERM") => void} onEnd
 * @returns {() => void} stops listening.
 */
function onSignals(onEnd) {
  let last = -Infinity;
  const once = (/** @type {"SIGINT" | "SIGTERM"} */ signal) => {
    if (performance.now() - last < SAME_KEYPRESS_MS) return;
    last = performance.now();
    onEnd(signal);
  };
  /** @type {[NodeJS.Signals, () => void][]} */
  const listeners = [["SIGINT", () => once("SIGINT")], ["SIGTERM", () => once("SIGTERM")]];
  // Without a terminal nohup may be in use, and a listener would cancel it.
  if (process.stdin.isTTY) listeners.push(["SIGHUP", () => once("SIGTERM")]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const stopWatching = onOrphaned(() => once("SIGTERM"));
  return () => {
    stopWatching();
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/** npm signals the shell between it and us; the shell dies and does not pass the signal on. @param {() => void} onEnd */
function onOrphaned(onEnd) {
  if (!process.env.npm_lifecycle_event) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onEnd();
  }, ORPHAN_CHECK_MS);
  return () => clearInterval(timer);
}
