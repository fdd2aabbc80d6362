/**
 * Writes a screenshot of every surface in every state.
 *
 * Use: `deno run -A tests/gallery/shoot.ts <folder> [--language=de] [state …]`
 */
import { parseArgs } from "node:util";
import type { Language } from "../../shared/words/languages.ts";
import { FIXTURES } from "./fixtures.ts";
import { POPUP_STATES } from "./popup_states.ts";
import { Gallery, OPTIONS_STATES, type Shot, TOAST_STATES } from "./gallery.ts";
import { SET_UP_STATES } from "./onboarding.tsx";

const { values: { language }, positionals: [folder, ...only] } = parseArgs({
  options: { language: { type: "string" } },
  allowPositionals: true,
});
if (!folder) {
  console.error("Cannot write pictures: no folder was given. Use: deno run -A tests/gallery/shoot.ts <folder>");
  Deno.exit(1);
}

const SCHEMES = ["light", "dark"] as const;

function shotsOf(state: string): Shot[] {
  return SET_UP_STATES.includes(state) ? setUpShots(state) : viewShots(state);
}

function setUpShots(state: string): Shot[] {
  return SCHEMES.flatMap((scheme) => [1280, 320].map((width) => ({ surface: "onboarding", state, scheme, width })));
}

function viewShots(state: string): Shot[] {
  return SCHEMES.flatMap((scheme) =>
    [
      { surface: "popup", state, scheme, width: 360, height: 100 },
      { surface: "popup", state, scheme, width: 320, height: 100 },
      ...(state in FIXTURES
        ? [
          { surface: "widget", state, scheme, width: 420, height: 640, open: false } as const,
          { surface: "widget", state, scheme, width: 420, height: 640, open: true } as const,
          { surface: "widget", state, scheme, width: 320, height: 568, open: true } as const,
        ]
        : []),
      ...(TOAST_STATES.includes(state)
        ? [
          { surface: "widget", state, scheme, width: 420, height: 640, toast: true } as const,
          { surface: "widget", state, scheme, width: 320, height: 568, toast: true } as const,
        ]
        : []),
      ...(OPTIONS_STATES.includes(state)
        ? [
          { surface: "options", state, scheme, width: 1280 } as const,
          { surface: "options", state, scheme, width: 320 } as const,
        ]
        : []),
    ] satisfies Shot[]
  );
}

await Deno.mkdir(folder, { recursive: true });
const gallery = await Gallery.open();
for (
  const shot of [...Object.keys(POPUP_STATES), ...SET_UP_STATES].filter((state) => !only.length || only.includes(state))
    .flatMap(shotsOf)
) {
  const page = await gallery.show({ ...shot, language: language as Language | undefined });
  const name = [language, shot.surface, shot.state, shot.scheme, shot.width, shot.open && "open", shot.toast && "toast"]
    .filter(
      Boolean,
    ).join("-");
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: shot.surface !== "widget" });
  await page.close();
}
await gallery.close();
