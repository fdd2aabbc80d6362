/** What a program of the bench gets of the environment: nothing of a developer's own settings, so that they change no figure. */
const KEPT = ["PATH", "HOME", "DENO_DIR", "TMPDIR"];

export function bareEnvironment(): Record<string, string> {
  const kept = KEPT.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}
