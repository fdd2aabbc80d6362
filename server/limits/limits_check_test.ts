import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { parseLimits } from "./limits_check.ts";

const faultsOf = (text: string) => {
  const parsed = parseLimits(text);
  assert("faults" in parsed, JSON.stringify(parsed));
  return parsed.faults as string[];
};

Deno.test("valid limits are returned as they are, an empty object included", () => {
  const limits = { default: { requests_per_minute: 5 }, workspaces: { acme: { tokens_per_day: null } } };
  assertEquals([parseLimits(JSON.stringify(limits)), parseLimits("{}")], [limits, {}]);
});

Deno.test("a fault names its place in the file, or the whole file", () => {
  const [whole] = faultsOf("[]");
  assert(whole.startsWith("the whole file must be an object with default, workspaces and prices, not "), whole);
  const [part] = faultsOf('{"default": 5}');
  assert(part.startsWith("default must be an object with "), part);
  const [field] = faultsOf('{"default": {"tokens_per_day": 0}}');
  assertStringIncludes(field, "default.tokens_per_day must be a whole number from 1 up to 999999999999 or null, not 0");
});

Deno.test("text that is not JSON, or has a key __proto__, is one fault that says so", () => {
  const [broken, ...more] = faultsOf("{");
  assertEquals(more, []);
  assertStringIncludes(broken, "it is not valid JSON at line 1, column 2");
  assertStringIncludes(faultsOf('{"__proto__": {}}')[0], 'it has a key "__proto__"');
});

Deno.test("a long place is cut", () => {
  const [fault] = faultsOf(
    JSON.stringify({ workspaces: { acme: { models: { ["m".repeat(60)]: { ["x".repeat(400)]: 1 } } } } }),
  );
  assert(fault.length < 600, fault);
});

/** Texts as people write them, and the words that follow "it is not valid JSON". */
const BROKEN: [string, string][] = [
  ['{\n  "default": {},\n}', " at line 3, column 1, in "],
  ["{'default': {}}", " at line 1, column 2, in "],
  ['{"default": {} // none\n}', " at line 1, column 16, in "],
  ['{"default": {"requests_per_minute": many}}', ', in "_minute\\": many}}"'],
  ['{"default": {"requests_per_minute": 010}}', " at line 1, column 38, in "],
  ['{"default": {}', " at line 1, column 15, in "],
];
for (const [text, words] of BROKEN) {
  Deno.test(`text that is not JSON is explained with its place: ${text}`, () => {
    const [fault] = faultsOf(text);
    assert(fault.startsWith(`it is not valid JSON${words}`), fault);
    assertStringIncludes(fault, "in double quotes");
  });
}

Deno.test("a byte order mark is left out, and UTF-16 is named", () => {
  assertEquals(parseLimits('\ufeff{"default": {}}'), { default: {} });
  assertEquals(faultsOf("\ufffd\ufffd{\0}\0"), ["it is not text in UTF-8: save it in that encoding"]);
});

Deno.test("an empty file says what to write into it", () => {
  assertEquals(faultsOf(" \n"), ["it is empty: write {} into it, or delete it"]);
});

Deno.test("prices with faults are named by their place", () => {
  const priceFaults = (price: object) => faultsOf(JSON.stringify({ prices: [price] }));
  const per_million = { input: "1" };
  const cases: [object, string][] = [
    [{ per_million }, "prices[0].model is missing: it must be a text of 1 to 200 characters"],
    [{ model: "m", per_million: { input: 1 } }, "prices[0].per_million.input must be dollars as a decimal string"],
    [{ model: "m", per_million: { imput: "1" } }, 'prices[0].per_million has no field "imput"'],
    [
      { model: "m", per_million, from: "2026-13-01" },
      'prices[0].from must be a day such as "2026-11-30", not "2026-13-01"',
    ],
    [{ model: "m", discount_percent: "101" }, "prices[0].discount_percent must be percent as a decimal string"],
    [{ model: "m" }, "prices[0] changes no price: add per_million,"],
    [{ model: "m", per_million, like: "gpt-4o" }, "prices[0] has like and prices of its own: remove one"],
    [
      { model: "m", per_million, from: "2026-11-30", until: "2026-11-30" },
      "prices[0] ends before it begins: until must be after from",
    ],
  ];
  for (const [price, words] of cases) assertStringIncludes(priceFaults(price)[0], words);
  const own = { workspaces: { acme: { prices: [{ model: "m" }] } } };
  assertStringIncludes(faultsOf(JSON.stringify(own))[0], "workspaces.acme.prices[0] changes no price");
  assertStringIncludes(faultsOf(JSON.stringify({ default: { prices: [] } }))[0], 'default has no field "prices"');
});
