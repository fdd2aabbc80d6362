/** Checks the examples in the doc comments of a file. */

/**
 * Lists the uses of `console.assert` and the examples that assert nothing.
 *
 * @param path from the project's folder.
 */
export function exampleFaults(path: string, text: string): string[] {
  const lineAt = (index: number) => text.slice(0, index).split("\n").length;
  const silent = [...text.matchAll(/\bconsole\.assert\b/g)].map(({ index }) =>
    `${path}:${lineAt(index)} console.assert does not throw: use node:assert/strict`
  );
  const empty = [...text.matchAll(/^ *\* ```ts\n(.*?)```/gms)].filter(([, code]) => !/\bassert\b/.test(code));
  return [...silent, ...empty.map(({ index }) => `${path}:${lineAt(index)} the example asserts nothing`)];
}
