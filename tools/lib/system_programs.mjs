/** Programs of the system that some tests need. Where one is missing and cannot be installed, its tests are ignored. */
import { delimiter, join } from "node:path";

const MINUTE = 60_000;

/** Program → its Debian package, and the tests that use it. */
const PROGRAMS = {
  "systemd-analyze": { debian: "systemd", tests: "the systemd unit" },
  prometheus: { debian: "prometheus", tests: "the metrics, with a real Prometheus" },
  nginx: { debian: "nginx", tests: "the service behind nginx" },
  caddy: { debian: "caddy", tests: "the service behind Caddy" },
  promtool: { debian: "prometheus", tests: "the format of the metrics and the alerts" },
};

/**
 * Installs missing programs from the system's packages where that is allowed, and says which tests are ignored.
 *
 * @param {Pick<import("./browsers.mjs").Machine, "platform" | "root" | "env" | "exists" | "attempt">} machine
 * @param {(sentence: string) => void} say
 * @param {Record<string, { debian: string, tests: string }>} programs
 */
export async function ensurePrograms(machine, say, programs = PROGRAMS) {
  const missing = () => Object.entries(programs).filter(([name]) => findProgram(name, machine) === null);
  const mayInstall = machine.root && machine.platform === "linux" && machine.exists("/usr/bin/apt-get");
  if (mayInstall && missing().length > 0) {
    const packages = [...new Set(missing().map(([, { debian }]) => debian))];
    say(`Installing ${packages.join(" and ")} (apt)…`);
    const install = ["install", "-y", "--no-install-recommends", ...packages];
    if (await machine.attempt("apt-get", ["update"], MINUTE)) await machine.attempt("apt-get", install, 3 * MINUTE);
  }
  for (const [name, { debian, tests }] of missing()) {
    say(`The tests of ${tests} are ignored: ${name} is missing (Debian: apt-get install ${debian}).`);
  }
}

/**
 * The path of a program, looked for in `PATH`.
 *
 * @param {string} name
 * @param {Pick<import("./browsers.mjs").Machine, "env" | "exists">} machine
 * @returns {string | null}
 */
export function findProgram(name, { env, exists }) {
  // A user's PATH may lack the administrator's programs.
  const folders = [...(env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"].filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(exists) ?? null;
}
