/** Which browsers the tests run in: found on the machine, or installed, or one sentence that says what to do. */
/**
 * @typedef {"chromium" | "firefox"} BrowserName
 * @typedef {{ path: string } | { fault: string }} Found
 *
 * @typedef {object} Machine what the decisions are made from; tests pass their own.
 * @property {string} platform as `process.platform`
 * @property {boolean} root may install system packages
 * @property {Record<string, string | undefined>} env
 * @property {string} cache folder for browsers of our own
 * @property {(path: string) => boolean} exists
 * @property {(path: string) => Promise<boolean>} starts whether it is a browser that can run here
 * @property {(name: BrowserName) => Promise<string | null>} downloaded where an earlier download would be
 * @property {(command: string, args: string[], timeoutMs: number) => Promise<boolean>} attempt whether it succeeded
 */

/** @type {readonly BrowserName[]} */
export const BROWSERS = ["chromium", "firefox"];

const LABEL = { chromium: "Chromium", firefox: "Firefox" };
const MINUTE = 60_000;

/** Google Chrome is not here: the branded builds ignore `--load-extension`. @type {Record<string, Record<BrowserName, string[]>>} */
const KNOWN_PATHS = {
  linux: {
    chromium: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/local/bin/chromium"],
    firefox: ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/usr/local/bin/firefox", "/opt/firefox/firefox"],
  },
  darwin: {
    chromium: [
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    ],
    firefox: ["/Applications/Firefox.app/Contents/MacOS/firefox"],
  },
  win32: {
    chromium: ["C:\\Program Files\\Chromium\\Application\\chrome.exe"],
    firefox: ["C:\\Program Files\\Mozilla Firefox\\firefox.exe"],
  },
};

/**
 * Looks for a browser without installing anything: the environment's, the system's, then one downloaded earlier.
 *
 * @param {BrowserName} name
 * @param {Machine} machine
 * @returns {Promise<Found>}
 */
export async function findBrowser(name, machine) {
  const variable = `${name.toUpperCase()}_PATH`;
  const chosen = machine.env[variable];
  if (chosen) {
    // A wrong choice is said rather than replaced: a run in another browser than the one asked for proves nothing.
    return await machine.starts(chosen)
      ? { path: chosen }
      : { fault: `${variable} is "${chosen}", which does not start` };
  }
  const known = KNOWN_PATHS[machine.platform]?.[name] ?? [];
  for (const path of known) {
    if (machine.exists(path) && await machine.starts(path)) return { path };
  }
  const path = await machine.downloaded(name);
  if (path && machine.exists(path) && await machine.starts(path)) return { path };
  return { fault: `no ${LABEL[name]} was found` };
}

/**
 * Finds every browser, installing what is missing: a download into the project's cache, else the system's packages
 * where that is allowed. Each attempt ends by itself.
 *
 * @param {Machine} machine
 * @param {(sentence: string) => void} say told before anything slow
 * @returns {Promise<Record<BrowserName, Found>>}
 */
export async function ensureBrowsers(machine, say) {
  const found = await findAll(machine);
  for (const step of [downloads, systemPackages]) {
    // A browser chosen by the environment is not ours to install.
    const missing = BROWSERS.filter((name) => "fault" in found[name] && !machine.env[`${name.toUpperCase()}_PATH`]);
    if (missing.length === 0) break;
    for (const { label, commands } of step(missing, machine)) {
      say(`Installing ${label}…`);
      await attemptAll(commands, machine);
    }
    Object.assign(found, await findAll(machine));
  }
  return found;
}

/**
 * The one sentence for browsers that could be neither found nor installed.
 *
 * @param {Record<BrowserName, Found>} found
 * @returns {string | null} null when all are there.
 */
export function missingSentence(found) {
  const missing = BROWSERS.filter((name) => "fault" in found[name]);
  if (missing.length === 0) return null;
  const faults = missing.map((name) => /** @type {{ fault: string }} */ (found[name]).fault).join(" and ");
  const variables = missing.map((name) => `${name.toUpperCase()}_PATH`).join(" and ");
  return `Cannot run the browser tests: ${faults}; ` +
    `install ${missing.map((name) => LABEL[name]).join(" and ")} (Debian: apt-get install chromium firefox-esr) ` +
    `or name the program in ${variables}, then run npm test again.`;
}

/** @typedef {{ label: string, commands: [string, string[], number][] }} Step */

/** @param {BrowserName[]} missing @param {Machine} machine @returns {Step[]} */
function downloads(missing, machine) {
  const playwright = ["node_modules/playwright/cli.js", "install", "--no-shell", "chromium"];
  const puppeteer = [
    "node_modules/@puppeteer/browsers/lib/main-cli.js",
    "install",
    "firefox@stable",
    "--path",
    machine.cache,
  ];
  /** @type {Record<BrowserName, string[]>} */
  const script = { chromium: playwright, firefox: puppeteer };
  return missing.map((name) => ({
    label: `${LABEL[name]} (download)`,
    commands: [["node", script[name], 3 * MINUTE]],
  }));
}

/** @param {BrowserName[]} missing @param {Machine} machine @returns {Step[]} */
function systemPackages(missing, machine) {
  if (!machine.root || machine.platform !== "linux" || !machine.exists("/usr/bin/apt-get")) return [];
  const packages = missing.map((name) => ({ chromium: "chromium", firefox: "firefox-esr" })[name]);
  return [{
    label: `${packages.join(" and ")} (apt)`,
    commands: [
      ["apt-get", ["update"], MINUTE],
      ["apt-get", ["install", "-y", "--no-install-recommends", ...packages], 3 * MINUTE],
    ],
  }];
}

/** @param {[string, string[], number][]} commands each needs the one before it. @param {Machine} machine */
async function attemptAll(commands, machine) {
  for (const [command, args, timeoutMs] of commands) {
    if (!await machine.attempt(command, args, timeoutMs)) return;
  }
}

/** @param {Machine} machine @returns {Promise<Record<BrowserName, Found>>} */
async function findAll(machine) {
  return { chromium: await findBrowser("chromium", machine), firefox: await findBrowser("firefox", machine) };
}
