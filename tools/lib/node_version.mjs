/** Imported first by every command, for its effect: an old Node ends here, before anything that it cannot read. */
import process from "node:process";

const OLDEST = 20;

if (Number(process.versions.node.split(".")[0]) < OLDEST) {
  console.error(
    "Cannot run on Node " + process.versions.node + ": it is older than " + OLDEST +
      "; install Node " + OLDEST + " or newer (https://nodejs.org) and run the command again.",
  );
  process.exit(1);
}
