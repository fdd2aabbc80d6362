/** Checks the data folder and the ledger in it. */
import { fileReason } from "../../runtime/file_reason.ts";
import { dirname } from "node:path";
import type { Config } from "../../config/config.ts";
import { commandText } from "../../config/help.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** The parts that the checks use. */
export interface Disk {
  /**
   * Writes a file in the folder and deletes it; creates the folder if it is missing, and deletes that again.
   *
   * @returns the bytes that are left on its disk. Throws when the folder cannot be written.
   */
  probe(folder: string): number;
  /** Whether the folder belongs to the user who runs this; a folder that does not exist yet does. */
  isOwn(folder: string): boolean;
  /** Reads a ledger quickly. @returns its first fault; `null` for a sound one, `undefined` when there is none. */
  ledgerFault(path: string): string | null | undefined;
}

const MEGABYTE = 1_000_000;
const LITTLE = 1_000 * MEGABYTE;
const TOO_LITTLE = 100 * MEGABYTE;

export function checkStorage({ store }: Pick<Config, "store">, disk: Disk): Finding[] {
  if (!store.startsWith("sqlite:")) {
    return [
      warn("data", `QUOTA_STORE=${store} forgets everything when the service stops`, "Set QUOTA_STORE=sqlite:PATH"),
    ];
  }
  const path = store.slice("sqlite:".length);
  const folder = dirname(path);
  return [folderFinding(folder, disk), ledgerFinding(path, disk)];
}

function folderFinding(folder: string, disk: Disk): Finding {
  try {
    const free = disk.probe(folder);
    const text = `the folder ${folder} can be written; its disk has ${Math.floor(free / MEGABYTE)} MB left`;
    const remedy = "Make room on the disk: a full one stops the ledger";
    if (!disk.isOwn(folder)) {
      const other = `the folder ${folder} belongs to another user, for whom nothing was checked here`;
      return warn("data", other, "Run the commands as the user of the service");
    }
    if (free < TOO_LITTLE) return fail("data", text, remedy);
    return free < LITTLE ? warn("data", text, remedy) : ok("data", text);
  } catch (error) {
    return fail(
      "data",
      `cannot write in the folder ${folder}: ${fileReason(error)}`,
      "Let the user of the service write in it",
    );
  }
}

function ledgerFinding(path: string, disk: Disk): Finding {
  const restore = `Run ${commandText("check")}, then ${commandText("restore", "FILE")} with the latest backup`;
  try {
    const fault = disk.ledgerFault(path);
    if (fault === undefined) return ok("ledger", `there is none at ${path} yet; the first start creates it`);
    return fault === null ? ok("ledger", `${path} is sound`) : fail("ledger", `${path}: ${fault}`, restore);
  } catch (error) {
    return fail("ledger", error instanceof Error ? error.message : String(error), restore);
  }
}
