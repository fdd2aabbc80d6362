/** Checks every setting, and names variables that look like settings and are none. */
import { type Config, ConfigError, readConfig } from "../../config/config.ts";
import { unknownNames } from "../../config/environment.ts";
import { unknownSentence } from "../../config/unknown_variables.ts";
import { VARIABLES } from "../../config/variables.ts";
import { commandText } from "../../config/help.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns the settings as well; `null` when one is wrong. */
export function checkSettings(environment: Environment): { config: Config | null; findings: Finding[] } {
  const list = commandText("start", "--help");
  const unknown = unknownNames(environment).map(unknownSentence).filter((sentence) => sentence !== null)
    .map((sentence) => warn("settings", sentence, `Correct its name: ${list} lists all settings`));
  try {
    return { config: readConfig(environment), findings: [ok("settings", summary(environment)), ...unknown] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const wrong = error.faults.map((fault) => fail("settings", fault, "Correct it in the environment or in .env"));
    return { config: null, findings: [...wrong, ...unknown] };
  }
}

function summary(environment: Environment): string {
  const names = Object.keys(VARIABLES);
  const set = names.filter((name) => environment[name]?.trim());
  return `all ${names.length} are right; ${set.length === 0 ? "none is set" : `set are ${set.join(", ")}`}`;
}
