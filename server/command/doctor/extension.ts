/** Checks that the extension is built, and from this version. */
import { commandText } from "../../config/help.ts";
import { type Finding, ok, warn } from "./finding.ts";

/** The extension's builds. */
export interface Builds {
  /** Browser → folder to load. */
  folders: Record<string, string>;
  /** The text of a file; `null` when it does not exist. */
  read(path: string): string | null;
  /** The version of this program. */
  version: string;
}

export function checkExtension({ folders, read, version }: Builds): Finding[] {
  return Object.entries(folders).map(([browser, folder]) => {
    const manifest = read(`${folder}/manifest.json`);
    const remedy = `Build it: ${commandText("start")} does, and prints its folder`;
    if (manifest === null) return warn("extension", `there is no build for ${browser} in ${folder}`, remedy);
    const built = versionOf(manifest);
    if (built === version) return ok("extension", `for ${browser}, load ${folder}`);
    return warn("extension", `the build for ${browser} is version ${built ?? "unknown"}, this is ${version}`, remedy);
  });
}

function versionOf(manifest: string): string | null {
  try {
    const { version } = JSON.parse(manifest);
    return typeof version === "string" ? version : null;
  } catch {
    return null;
  }
}
