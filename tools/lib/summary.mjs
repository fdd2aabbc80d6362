/** The sums at the end of a test run, read from what the test runner itself prints. */
import { stripVTControlCharacters } from "node:util";

const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/gm;

/**
 * Adds up the summary lines of every run in an output: `ok | 12 passed (3 steps) | 0 failed (1s)`.
 *
 * @param {string} output with or without colours.
 * @returns {{ passed: number, failed: number }}
 */
export function testSums(output) {
  const sums = { passed: 0, failed: 0 };
  for (const [, passed, failed] of stripVTControlCharacters(output).matchAll(SUMMARY)) {
    sums.passed += Number(passed);
    sums.failed += Number(failed);
  }
  return sums;
}

/**
 * What a whole run amounts to. A gate that fails before or beside the tests (format, types) counts as one failure, and
 * so does a run without a single test, so that the last line never reads better than the exit code.
 *
 * @param {string} output
 * @param {number} code the gate's exit code.
 * @returns {{ passed: number, failed: number }}
 */
export function verdict(output, code) {
  const { passed, failed } = testSums(output);
  const broken = code !== 0 || passed + failed === 0;
  return { passed, failed: broken ? Math.max(1, failed) : failed };
}
