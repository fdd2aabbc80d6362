import { assertEquals } from "../../../tests/support/assert.ts";
import { checkExtension } from "./extension.ts";

const CASES: [manifest: string | null, level: string, text: string][] = [
  ['{"version":"1.0.0"}', "ok", "for Firefox, load /builds/firefox"],
  ['{"version":"0.9.0"}', "warn", "the build for Firefox is version 0.9.0, this is 1.0.0"],
  ["{", "warn", "the build for Firefox is version unknown, this is 1.0.0"],
  [null, "warn", "there is no build for Firefox in /builds/firefox"],
];

for (const [manifest, level, text] of CASES) {
  Deno.test(`the extension's manifest is ${manifest}: ${level}`, () => {
    const read = (path: string) => path === "/builds/firefox/manifest.json" ? manifest : "{}";
    const [finding] = checkExtension({ folders: { Firefox: "/builds/firefox" }, read, version: "1.0.0" });
    assertEquals([finding.level, finding.text], [level, text]);
  });
}
