/** The result of a test run, read from the summary lines that Deno prints. */
import { stripVTControlCharacters } from "node:util";

const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(?:.* \| (\d+) filtered out)?/gm;

/**
 * Adds up the summary lines of every run in an output: `ok | 12 passed (3 steps) | 0 failed | 4 filtered out (1s)`.
 *
 * @param {string} output with or without colours.
 * @returns {{ passed: number, failed: number, filtered: number }}
 */
export function testSums(output) {
  const sums = { passed: 0, failed: 0, filtered: 0 };
  for (const [, passed, failed, filtered] of stripVTControlCharacters(output).matchAll(SUMMARY)) {
    sums.passed += Number(passed);
    sums.failed += Number(failed);
    sums.filtered += Number(filtered ?? 0);
  }
  return sums;
}

/**
 * The result of a whole run. A failure outside the tests (format, lint, types) counts as one failed test, and so does a
 * run without tests, so that the last line always agrees with the exit code.
 *
 * @param {string} output
 * @param {number} code the exit code of the run.
 * @returns {{ passed: number, failed: number }}
 */
export function verdict(output, code) {
  const { passed, failed } = testSums(output);
  const broken = code !== 0 || passed + failed === 0;
  return { passed, failed: broken ? Math.max(1, failed) : failed };
}
