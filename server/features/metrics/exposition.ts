/** Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */

/** The media type of the format. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One number of a metric. */
export interface Sample {
  labels?: Record<string, string>;
  /** A decimal string for money, which is not rounded on its way. */
  value: number | string;
  /** Only in histograms: `_bucket`, `_sum` or `_count`. */
  suffix?: string;
}

/** A metric with all its samples. */
export interface Family {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: Sample[];
}

/** A metric that only grows. A plain number is its one sample. */
export function counter(name: string, help: string, samples: number | Sample[]): Family {
  return { name, help, type: "counter", samples: asSamples(samples) };
}

/** A metric that may also fall. */
export function gauge(name: string, help: string, samples: number | Sample[]): Family {
  return { name, help, type: "gauge", samples: asSamples(samples) };
}

/** One sample for each entry, whose key is the value of `label`. */
export function samplesBy(
  label: string,
  entries: Iterable<readonly [string, number]>,
  labels: Record<string, string> = {},
): Sample[] {
  return [...entries].map(([key, value]) => ({ labels: { ...labels, [label]: key }, value }));
}

function asSamples(samples: number | Sample[]): Sample[] {
  return typeof samples === "number" ? [{ value: samples }] : samples;
}

/**
 * Writes metrics as text. A metric without samples is left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exposition } from "./exposition.ts";
 *
 * const samples = [{ labels: { workspace: 'a"b' }, value: 3 }];
 * assert.equal(
 *   exposition([{ name: "calls_total", help: "Calls.", type: "counter", samples }]),
 *   '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total{workspace="a\\"b"} 3\n',
 * );
 * ```
 */
export function exposition(families: readonly Family[]): string {
  return families.filter(({ samples }) => samples.length > 0).map(family).join("");
}

/** Built in loops: a scrape may have ten thousand lines, and no call is answered meanwhile. */
function family({ name, help, type, samples }: Family): string {
  let text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  for (const { suffix = "", labels, value } of samples) text += `${name}${suffix}${labelList(labels)} ${value}\n`;
  return text;
}

function labelList(labels: Sample["labels"]): string {
  let list = "";
  for (const name in labels) list += `${list === "" ? "{" : ","}${name}="${escaped(labels[name])}"`;
  return list === "" ? "" : `${list}}`;
}

/** A lone surrogate would end the whole scrape, which has to be UTF-8. */
const UNSAFE = /[\\"\n\ud800-\udfff]/;

function escaped(value: string): string {
  if (!UNSAFE.test(value)) return value;
  return value.replace(/[\\"\n]/g, (found) => found === "\n" ? "\\n" : `\\${found}`).toWellFormed();
}
