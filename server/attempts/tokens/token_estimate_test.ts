import * as fc from "fast-check";
import { countTokens as countOlder } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import declaration from "../../../tests/support/declaration.json" with { type: "json" };
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { estimateTokens } from "./token_estimate.ts";

const ROOT = new URL("../../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT)).slice(0, 20_000);
/** The same bytes in each run. */
const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 2_654_435_761 >>> 13) & 255);
const base64 = (data: Uint8Array) => btoa(String.fromCharCode(...data));
const EMOJI = ["😀", "😂", "❤️", "👍", "🎉", "🙏", "🔥", "👩‍💻", "🚀", "✅", "🇪🇺", "🤔"];
const emoji = (count: number) => Array.from({ length: count }, (_, at) => EMOJI[at * 5 % EMOJI.length]);

const TEXTS: Record<string, string> = {
  ...declaration,
  "all languages in turn": Object.values(declaration).flatMap((text) => text.split("\n")).sort((a, b) =>
    a.length - b.length
  )
    .join("\n"),
  "code": read("server/tracker/tracker.ts"),
  "a package's code": read("node_modules/hono/dist/hono-base.js"),
  "types of a package": read("node_modules/openai/resources/models.d.ts"),
  "a package's guide": read("node_modules/openai/README.md"),
  "JSON": read("package-lock.json"),
  "base64": base64(bytes(3000)),
  "base64 of a text": base64(new TextEncoder().encode(read("ARCHITECTURE.md").replace(/[^\0-\x7f]/g, ""))),
  "base64 in lines": base64(bytes(3000)).replace(/.{76}/g, "$&\n"),
  "hexadecimal": bytes(1500).toHex(),
  "a long run of digits": bytes(1500).join(""),
  "numbers in columns": Array.from(bytes(900), (byte, at) => byte * 31 / 100 + (at % 8 === 7 ? "\n" : ",")).join(""),
  "emoji without spaces": emoji(300).join(""),
  "emoji with words": emoji(200).map((one) => `Great job ${one} see you tomorrow!`).join(" "),
  "spaces": " ".repeat(2000),
  "white space of all kinds": "   \n\t\t  \n".repeat(200),
  "capitals": read("ARCHITECTURE.md").toUpperCase(),
};

for (const [model, count] of [["gpt-5.4", countTokens], ["gpt-4-turbo", countOlder]] as const) {
  Deno.test(`an estimate is at most 5 % below the tokenizer's count and 40 % above, for ${model}`, () => {
    const wrong = Object.entries(TEXTS).flatMap(([name, text]) => {
      const ratio = estimateTokens(text, model) / count(text);
      return ratio >= 0.95 && ratio <= 1.4 ? [] : [`${name}: ${ratio.toFixed(2)}`];
    });
    assertEquals(wrong, []);
  });
}

Deno.test("the error messages of a package in 50 languages are estimated as well", async () => {
  const folder = new URL("node_modules/zod/v4/locales/", ROOT);
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => /^[a-z-]+\.js$/i.test(name));
  assert(names.length > 40);
  const wrong = await Promise.all(names.map(async (name) => {
    const text = await Deno.readTextFile(new URL(name, folder));
    const ratio = estimateTokens(text) / countTokens(text);
    return ratio >= 0.95 && ratio <= 1.4 ? "" : `${name}: ${ratio.toFixed(2)}`;
  }));
  assertEquals(wrong.filter(Boolean), []);
});

Deno.test("escapes in JSON count as the characters that they stand for", () => {
  for (const text of [...Object.values(declaration), 'a "quote", a \\ and a\ttab\n\r', "👩‍💻"]) {
    const ascii = JSON.stringify(text).replace(
      /[^\0-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    assertEquals(estimateTokens(ascii, null, true), estimateTokens(JSON.stringify(text), null, true));
    assert(Math.abs(estimateTokens(ascii, null, true) - estimateTokens(text)) <= 6);
  }
});

Deno.test("the model decides on the tokenizer", () => {
  const older = [
    "gpt-4",
    "gpt-4-0613",
    "gpt-4-32k",
    "gpt-3.5-turbo",
    "gpt-35-turbo",
    "text-embedding-3-large",
    "ft:gpt-4:a",
  ];
  const newer = [null, "gpt-4o", "gpt-4.1-mini", "gpt-4.5-preview", "gpt-5.4", "o3", "chatgpt-4o-latest", "llama-3"];
  const tokens = (model: string | null) => estimateTokens(declaration.Hindi, model);
  assertEquals(new Set(older.map(tokens)).size + new Set(newer.map(tokens)).size, 2);
  assert(tokens("gpt-4") > tokens("gpt-4o"));
});

Deno.test("property: any text has a finite estimate, at least zero, and bounded by its length", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, isJson) => {
    for (const broken of [text, `${text}\\`, `${text}\\u12`, `\ud800${text}`]) {
      const tokens = estimateTokens(broken, null, isJson);
      assert(tokens >= 0 && tokens <= 6 * broken.length);
    }
  }));
});
