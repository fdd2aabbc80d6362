/**
 * The assertions of Deno's standard library with types: its npm build has only JavaScript, and TypeScript takes every
 * parameter of that as required.
 */
import { assert as assert_ } from "deno-std/assert/assert.js";
import { assertEquals as equals_ } from "deno-std/assert/equals.js";
import { assertMatch as match_ } from "deno-std/assert/match.js";
import { assertRejects as rejects_ } from "deno-std/assert/rejects.js";
import { assertStringIncludes as includes_ } from "deno-std/assert/string_includes.js";
import { assertThrows as throws_ } from "deno-std/assert/throws.js";

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

export const assert: (condition: unknown, message?: string) => asserts condition = assert_;
export const assertEquals = equals_ as <T>(actual: T, expected: T, message?: string) => void;
export const assertMatch = match_ as (actual: string, expected: RegExp, message?: string) => void;
export const assertStringIncludes = includes_ as (actual: string, expected: string, message?: string) => void;
export const assertRejects = rejects_ as <E extends Error>(
  fn: () => PromiseLike<unknown>,
  error: ErrorClass<E>,
  messageIncludes?: string,
) => Promise<E>;
export const assertThrows = throws_ as <E extends Error>(
  fn: () => unknown,
  error: ErrorClass<E>,
  messageIncludes?: string,
) => E;
