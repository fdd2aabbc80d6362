/** Tries the widget in each real chat application. Run it by `npm run pages`. The argument is a folder for pictures. */
import { chromium } from "playwright";
import { findBrowser } from "../../../tools/lib/browsers.mjs";
import { thisMachine } from "../../../tools/lib/machine.mjs";
import { ROOT } from "../../../tools/lib/setup.mjs";
import { tryConverse } from "./converse.ts";
import { tryLounge } from "./lounge.ts";
import { installApplications } from "./real_page.ts";

const [pictures] = Deno.args;
if (pictures) await Deno.mkdir(pictures, { recursive: true });
await installApplications();
const found = await findBrowser("chromium", thisMachine(ROOT));
if ("fault" in found) throw new Error(`Cannot open the applications: ${found.fault}`);
// The applications are tried as they are installed, without anything from another machine.
const args = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
const browser = await chromium.launch({ executablePath: found.path, args });
try {
  for (const tryPage of [tryConverse, tryLounge]) console.log(await tryPage(browser, pictures));
} finally {
  await browser.close();
}
