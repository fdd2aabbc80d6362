/** Copies the built extension to a temporary folder and adds pages. The caller deletes the folder. */
export async function copyBuild(build: string, pages: Record<string, string>): Promise<string> {
  const copy = await Deno.makeTempDir({ prefix: "quota-gauge-build-" });
  await copyInto(build, copy);
  for (const [name, text] of Object.entries(pages)) await Deno.writeTextFile(`${copy}/${name}`, text);
  return copy;
}

async function copyInto(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (!isDirectory) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
    else await Deno.mkdir(`${to}/${name}`).then(() => copyInto(`${from}/${name}`, `${to}/${name}`));
  }
}
