/** Reads the imports of declaration files, and rewrites the files so that the package is complete by itself. */
import { posix } from "node:path";

/** The folder that the package's paths start in, and its published rooms. */
export const HOME = "server";
export const PUBLISHED = ["server/attempts", "server/client", "server/lint"];

/** The file in the package for types from rooms that are not published. */
const CONTRACT = "contract.js";

const NAMED = /\b(import|export)( type)? \{([^}]*)\} from "(\.[^"]+)"/g;
const INLINE = /\bimport\("(\.[^"]+)"\)\.(\w+)/g;
const SPECIFIER = /(\bfrom |\bimport\(|\bimport )"(\.[^"]+)"/g;

/**
 * The names that a file imports from rooms that are not published.
 *
 * @param {{ path: string, text: string }} file `path` from the root.
 * @returns {{ name: string, from: string, type: boolean }[]} `from`: path from the root; `type`: whether it is imported as a type.
 */
export function namesTaken({ path, text }) {
  const code = text.split("\n").filter((line) => !isComment(line)).join("\n");
  const named = [...code.matchAll(NAMED)].flatMap(([, , all, names, from]) =>
    names.split(",").map((one) => one.trim()).filter(Boolean).map((one) => ({
      name: one.replace(/^type /, "").split(" as ")[0],
      from,
      type: Boolean(all) || one.startsWith("type "),
    }))
  );
  const inline = [...code.matchAll(INLINE)].map(([, from, name]) => ({ name, from, type: true }));
  return [...named, ...inline].map((taken) => ({ ...taken, from: target(path, taken.from) }))
    .filter(({ from }) => !isPublished(from));
}

/**
 * A program whose declaration file spells out types: the compiler writes out a mapped type, but keeps the name of others.
 *
 * @param {Map<string, string>} types name → file from the root.
 */
export function probe(types) {
  const lines = [...types].map(([name, from]) =>
    `import type { ${name} as ${name}_ } from "./${from}";\nexport const ${name} = shown<${name}_>();`
  );
  return ["declare function shown<T>(): { [K in keyof T]: T[K] };", ...lines, ""].join("\n");
}

/**
 * The declarations of the contract, taken from the declaration file of the {@link probe}.
 *
 * @param {string} text the declaration file of the probe.
 * @param {Set<string>} names the types to publish.
 * @param {(name: string) => string} docOf the doc comment of a type, or an empty text.
 */
export function contract(text, names, docOf) {
  const types = [...text.matchAll(/^export declare const (\w+): ([^]*?;)\n(?=export|import|$)/gm)]
    .filter(([, name]) => names.has(name))
    .map(([, name, type]) => `${docOf(name)}\nexport type ${name} = ${type}\n`.trimStart());
  const [foreign] = types.join("").match(/import\("[^"]*"\)[.\w]*/) ?? [];
  if (foreign) throw new Error(`Cannot write the client's types: the compiler left ${foreign} in them`);
  if (types.length < names.size) {
    throw new Error(`Cannot write the client's types: found ${types.length} of ${names.size}`);
  }
  return types.join("");
}

/**
 * The doc comment before a declaration.
 *
 * @param {string} text @param {string} name
 */
export function docComment(text, name) {
  const pattern = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\nexport (?:declare )?(?:const|type|interface|class) ${name}\\b`,
  );
  return text.match(pattern)?.[1] ?? "";
}

/** The published files that a declaration names, as paths from the root. */
export function filesNamed({ path, text }) {
  const code = text.split("\n").filter((line) => !isComment(line)).join("\n");
  const targets = [...code.matchAll(SPECIFIER)].map(([, , specifier]) => target(path, specifier));
  return targets.filter(isPublished);
}

/**
 * A declaration file as published: imports name files of the package or the contract, examples import the package.
 *
 * @param {{ path: string, text: string }} file
 * @param {string} specifier import path of the entry that it belongs to.
 */
export function published({ path, text }, specifier) {
  const contract_path = relative(path, `${HOME}/${CONTRACT}`);
  const rewrite = (line) =>
    line.replace(SPECIFIER, (_, before, from) => {
      if (isComment(line)) return `${before}"${specifier}"`;
      return `${before}"${isPublished(target(path, from)) ? from.replace(/\.ts$/, ".js") : contract_path}"`;
    });
  return text.replace(/^\/\/\/.*\n/gm, "").split("\n").map(rewrite).join("\n");
}

/** @param {string} file path from the root. */
function isPublished(file) {
  return PUBLISHED.some((room) => file.startsWith(`${room}/`));
}

function target(path, specifier) {
  return posix.join(posix.dirname(path), specifier);
}

function relative(path, to) {
  const way = posix.relative(posix.dirname(path), to);
  return way.startsWith(".") ? way : `./${way}`;
}

function isComment(line) {
  return /^\s*(\*|\/[*/])/.test(line);
}
