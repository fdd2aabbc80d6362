/** The monitor's types in one declaration file, which needs neither the project nor zod. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contract, docComment, probe } from "./client_declaration.mjs";
import { compile, withTypeStage } from "./type_stage.mjs";

const TYPES = "extension/monitor/types.ts";

/** @param {string} root @returns {Promise<string>} the text of the declaration file. */
export function monitorTypes(root) {
  return withTypeStage(root, ["shared", "extension/monitor"], async (stage) => {
    writeFileSync(join(stage, "probe.ts"), probe(new Map([["StatusBody", "shared/quota.ts"]])));
    await compile(stage, [TYPES, "shared/view.ts", "shared/quota.ts", "probe.ts"]);
    const read = (path) => readFileSync(join(stage, "out", path.replace(/\.ts$/, ".d.ts")), "utf8");
    const docOf = (name) => docComment(read("shared/quota.ts"), name);
    const own = read(TYPES).replace(/^(\/\/\/|import ).*\n/gm, "");
    const views = ["Connection", "View"].map((name) => declarationOf(read("shared/view.ts"), name));
    return [own, ...views, contract(read("probe.ts"), new Set(["StatusBody"]), docOf)].join("\n");
  });
}

/** A type or an interface with its doc comment. @param {string} text @param {string} name */
function declarationOf(text, name) {
  const found = text.match(new RegExp(`export (?:type ${name} = [^;]*;|interface ${name} \\{[^]*?\\n\\})\\n`));
  if (!found) throw new Error(`Cannot write the monitor's types: ${name} is not declared`);
  return `${docComment(text, name)}\n${found[0]}`.trimStart();
}
