/** Loads classes of the SDK that not every supported version has: a static import of one would fail with all others. */

type Class = abstract new (...args: never[]) => object;

/**
 * @param load imports the module of the class.
 * @param since the first version of the SDK with the class.
 * @returns the class; if the installed SDK does not have it, one that throws when it is constructed.
 */
export async function newerClass<N extends string, C extends Class>(
  load: () => Promise<{ [name in N]: C }>,
  name: N,
  since: string,
): Promise<C> {
  try {
    return (await load())[name];
  } catch {
    return missing(name, since) as unknown as C;
  }
}

function missing(name: string, since: string): Class {
  return class {
    constructor() {
      throw new TypeError(
        `Cannot open ${name}: the installed package openai does not have it. Install ${since} or newer`,
      );
    }
  };
}
