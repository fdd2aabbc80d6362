/** The version of the service. */
import manifest from "../package.json" with { type: "json" };

export const VERSION: string = manifest.version;
