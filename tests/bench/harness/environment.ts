/** The environment of the bench's programs, without a developer's settings, which could change the figures. */
const KEPT = ["PATH", "HOME", "DENO_DIR", "TMPDIR"];

export function bareEnvironment(): Record<string, string> {
  const kept = KEPT.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}
