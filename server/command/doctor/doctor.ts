/** `doctor`: checks the whole installation, and says for each fault what to do. */
import type { StoredKey } from "../../access/key.ts";
import type { Config } from "../../config/config.ts";
import type { readCertificate } from "../../front/certificate.ts";
import { PriceBook } from "../../prices/price_book.ts";
import { checkCertificate } from "./certificate.ts";
import { type Builds, checkExtension } from "./extension.ts";
import { exitCodeOf, fail, type Finding, findingLines } from "./finding.ts";
import { checkKeys } from "./keys.ts";
import { checkPort, checkPublicUrl, type Network } from "./listening.ts";
import { checkPrices } from "./prices.ts";
import { checkSettings } from "./settings.ts";
import { checkStorage, type Disk } from "./storage.ts";
import { checkUpstream, type Send, type Time } from "./upstream.ts";

/** The parts that the checks use. */
export interface DoctorDeps {
  environment: Readonly<Record<string, string | undefined>>;
  send: Send;
  time: Time;
  disk: Disk;
  network: Network;
  builds: Builds;
  readCertificate: typeof readCertificate;
  /** Every key of a store. Throws when the store cannot be read. */
  keysOf(store: string): StoredKey[];
}

/** Runs every check. Without correct settings, most of them are left out. */
export async function diagnose(deps: DoctorDeps): Promise<Finding[]> {
  const { config, findings } = checkSettings(deps.environment);
  const { network, time } = deps;
  if (config === null) return [...findings, ...checkExtension(deps.builds)];
  const [upstream, port, certificate, reach] = await Promise.all([
    checkUpstream(config, deps.send, time),
    checkPort(config, network),
    checkCertificate(config, deps.readCertificate, time.now()),
    checkPublicUrl(config, network),
  ]);
  const local = [...checkStorage(config, deps.disk), ...keyFindings(config, deps)];
  const rest = [...checkPrices(new PriceBook(time).about), ...checkExtension(deps.builds)];
  return [...findings, ...upstream, ...local, port, ...certificate, ...reach, ...rest];
}

function keyFindings(config: Config, { keysOf, time }: DoctorDeps): Finding[] {
  try {
    return checkKeys(config, keysOf(config.store), time.now());
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [fail("keys", text, "Let the user of the service read and write the file of the keys")];
  }
}

/** Prints the findings, as lines or as JSON; returns the exit code. */
export function printFindings(
  findings: Finding[],
  { json, colour }: { json: boolean; colour: boolean },
  print: (text: string) => void,
): number {
  const exit_code = exitCodeOf(findings);
  print(json ? JSON.stringify({ ok: exit_code === 0, findings }, null, 2) : findingLines(findings, colour).join("\n"));
  return exit_code;
}
