/** What a source file reaches for, read with the linter's own parser. */

/** One import or one use of the world's time. */
export interface Reach {
  /** The specifier as written, or what is used: `Date.now()`. */
  what: string;
  kind: "import" | "time";
  /** From 1. */
  line: number;
}

const TIMERS = ["setTimeout", "setInterval"];
const CLOCKS = ["Date", "performance"];

/** Lists the imports (of types too, and dynamic ones), the clocks read and the timers set in a source text. */
export function reaches(path: string, source: string): Reach[] {
  return Deno.lint.runPlugin(PLUGIN, path, source).map(({ message, range }) => {
    const [kind, what] = JSON.parse(message) as [Reach["kind"], string];
    return { kind, what, line: source.slice(0, range[0]).split("\n").length };
  });
}

/** A rule that finds nothing wrong: it reports whatever it sees, as data in the message. */
const PLUGIN: Deno.lint.Plugin = {
  name: "house",
  rules: {
    reach: {
      create(context) {
        const tell = (node: Deno.lint.Node, kind: Reach["kind"], what: string) =>
          context.report({ node, message: JSON.stringify([kind, what]) });
        const importOf = (node: Deno.lint.Node & { source: Deno.lint.Node | null }) => {
          if (node.source?.type === "Literal") tell(node, "import", `${node.source.value}`);
        };
        return {
          ImportDeclaration: importOf,
          ExportAllDeclaration: importOf,
          ExportNamedDeclaration: importOf,
          ImportExpression: importOf,
          TSImportType: (node) => {
            const { argument } = node as unknown as { argument: { literal?: { value: unknown }; value?: unknown } };
            tell(node, "import", `${argument.literal?.value ?? argument.value}`);
          },
          CallExpression: ({ callee }) => {
            if (callee.type === "Identifier" && TIMERS.includes(callee.name)) tell(callee, "time", `${callee.name}()`);
            if (callee.type !== "MemberExpression") return;
            const { object, property } = callee;
            if (object.type !== "Identifier" || property.type !== "Identifier" || property.name !== "now") return;
            if (CLOCKS.includes(object.name)) tell(callee, "time", `${object.name}.now()`);
          },
          NewExpression: (node) => {
            const isDate = node.callee.type === "Identifier" && node.callee.name === "Date";
            if (isDate && node.arguments.length === 0) tell(node, "time", "new Date()");
          },
        };
      },
    },
  },
};
