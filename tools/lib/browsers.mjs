/** Finds the browsers for the tests, installs missing ones, or says in one sentence what to do. */
/**
 * @typedef {"chromium" | "firefox"} BrowserName
 * @typedef {{ path: string } | { fault: string }} Found
 *
 * @typedef {object} Machine the facts and commands of a machine; tests pass their own.
 * @property {string} platform as `process.platform`
 * @property {boolean} root whether it may install system packages
 * @property {Record<string, string | undefined>} env
 * @property {string} cache folder for downloaded browsers
 * @property {(path: string) => boolean} exists
 * @property {(path: string) => Promise<boolean>} starts whether the program starts here
 * @property {(name: BrowserName) => Promise<string | null>} downloaded path of an earlier download
 * @property {(command: string, args: string[], timeoutMs: number) => Promise<boolean>} attempt whether it succeeded
 */

/** @type {readonly BrowserName[]} */
export const BROWSERS = ["chromium", "firefox"];

const LABEL = { chromium: "Chromium", firefox: "Firefox" };
const MINUTE = 60_000;

/** Google Chrome is not listed: the branded builds ignore `--load-extension`. @type {Record<string, Record<BrowserName, string[]>>} */
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
 * Looks for a browser without installing anything: first in the environment, then on the system, then among downloads.
 *
 * @param {BrowserName} name
 * @param {Machine} machine
 * @returns {Promise<Found>}
 */
export async function findBrowser(name, machine) {
  const variable = `${name.toUpperCase()}_PATH`;
  const chosen = machine.env[variable];
  if (chosen) {
    // A wrong choice is reported, not replaced: a run in another browser would prove nothing.
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
 * Finds every browser and installs missing ones: by download into the project's cache, otherwise from the system's
 * packages where that is allowed. Each attempt has a time limit.
 *
 * @param {Machine} machine
 * @param {(sentence: string) => void} say is called before each slow step
 * @returns {Promise<Record<BrowserName, Found>>}
 */
export async function ensureBrowsers(machine, say) {
  const found = await findAll(machine);
  for (const step of [downloads, systemPackages]) {
    // A browser that the environment names is not replaced by an installed one.
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
 * The sentence about browsers that were neither found nor installed.
 *
 * @param {Record<BrowserName, Found>} found
 * @returns {string | null} null when none is missing.
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

/** @param {[string, string[], number][]} commands each one requires the success of the one before it. @param {Machine} machine */
async function attemptAll(commands, machine) {
  for (const [command, args, timeoutMs] of commands) {
    if (!await machine.attempt(command, args, timeoutMs)) return;
  }
}

/** @param {Machine} machine @returns {Promise<Record<BrowserName, Found>>} */
async function findAll(machine) {
  return { chromium: await findBrowser("chromium", machine), firefox: await findBrowser("firefox", machine) };
}
