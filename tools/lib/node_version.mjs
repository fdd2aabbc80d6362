/** Every command imports this first: it stops an old Node before a module whose syntax that Node does not know. */
import process from "node:process";

const OLDEST = 20;

if (Number(process.versions.node.split(".")[0]) < OLDEST) {
  console.error(
    "Cannot run on Node " + process.versions.node + ": it is older than " + OLDEST +
      "; install Node " + OLDEST + " or newer (https://nodejs.org) and run the command again.",
  );
  process.exit(1);
}
