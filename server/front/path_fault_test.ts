import * as fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { ATTEMPT_ID_PATTERN } from "../../shared/attempt_fields.ts";
import { pathFault } from "./path_fault.ts";

const PLAIN = [
  "/",
  "/v1/models",
  "/v1/models/ft%3Agpt-4o%3Aacme%3A%3Aabc",
  "/v1/models/ft:gpt-4o:acme::abc",
  "/v1/models/Qwen%2FQwen3.5-8B",
  "/v1/models/qwen%2fqwen3.5..8b",
  "/v1/models/a/b/c",
  "/v1/files/a..b.jsonl",
  "/v1/files/...",
  "/v1/files/.hidden/a.",
  "/v1/files/100%25",
  "/v1/files/100%25zz",
  "/v1/files/a%23b",
  "/v1/files/a%20b;v=1",
  "/v1/files/%E6%97%A5%E6%9C%AC.json",
  "/v1/files?after=../x&name=a%252eb\\",
];

Deno.test("a path of the provider passes, also with an encoded slash or other encoded characters in a segment", () => {
  assertEquals(PLAIN.filter((target) => pathFault(target, true) !== null), []);
});

const FAULTY: Record<string, string[]> = {
  "it has a dot segment": [
    "/v1/../admin",
    "/v1/./admin",
    "/v1/..",
    "/v1/..?a",
    "/v1/%2e%2E/admin",
    "/v1/.%2e",
    "/v1/..%2fadmin",
    "/v1/a%2F..%2Fadmin",
    "/v1/..;/admin",
    "/v1/..;a=b/admin",
    "/v1/.;/admin",
    "/v1/%2e%2e;/admin",
    "/v1/..%3b/admin",
    "/v1/%2e%2e%3Bx/admin",
    "/v1/..%20/admin",
    "/v1/%20../admin",
    "/v1/%ef%bc%8e%ef%bc%8e/admin",
    "/v1/..%ef%bc%8fadmin",
    "/v1/%e2%80%a5/admin",
  ],
  "a part of it is encoded twice": [
    "/v1/%252e%252e/admin",
    "/v1/%252E./admin",
    "/v1/..%252fadmin",
    "/v1/%252fadmin",
    "/v1/%25252e%25252e/admin",
    "/v1/..%255cadmin",
    "/v1/a%2500",
    "/v1/%25%32%65%25%32%65/admin",
  ],
  "it has a backslash": [
    "/v1/..\\admin",
    "/v1\\models",
    "/v1/..%5cadmin",
    "/v1/a%5Cb",
    "/v1/a%ef%bc%bcb",
  ],
  "it has a control character": [
    "/v1/a%00",
    "/v1/%00/../admin",
    "/v1/a%0d%0aX: y",
    "/v1/a%0Ab",
    "/v1/%7f",
    "/v1/a%09b",
  ],
  "it has a percent sequence that is not UTF-8": [
    "/v1/%c0%ae%c0%ae/admin",
    "/v1/%e0%80%ae/admin",
    "/v1/%u002e%u002e/admin",
    "/v1/%",
    "/v1/%zz",
    "/v1/%ff",
  ],
  "it has a #: write %23": ["/v1/models#", "/v1/models#/../admin", "/#/v1/models", "/v1/models?a=#b"],
  "it does not begin with a slash": ["*", "", "v1/models", "http://127.0.0.1/v1/models", "?a"],
};

for (const [fault, targets] of Object.entries(FAULTY)) {
  Deno.test(`FAULT 49: not routed, because ${fault}`, () => {
    for (const target of targets) assertEquals(pathFault(target, true), fault, target);
  });
}

Deno.test("an encoded slash is refused outside the provider's paths", () => {
  for (const target of ["/api%2Fquota/status", "/api/quota%2fstatus", "/w%2Facme/v1/models"]) {
    assertEquals(pathFault(target, false), "it has an encoded slash", target);
  }
});

Deno.test("property: every id of a call may stand in a path, and those that may not are no ids", () => {
  const parts = [
    "..",
    ".",
    "/",
    ";",
    "%",
    "2f",
    "%2F",
    "%zz",
    "\\",
    "?",
    "#",
    ":",
    "a",
    "job-0007",
    "~",
    "&",
    "+",
    '"',
  ];
  const ids = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((all) => all.join(""));
  fc.assert(
    fc.property(ids.filter(({ length }) => length >= 8 && length <= 64), (id) => {
      const fault = pathFault(`/api/quota/calls/${encodeURIComponent(id)}`, true);
      assertEquals(ATTEMPT_ID_PATTERN.test(id), fault === null, `${id}: ${fault}`);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("however often a dot segment is encoded, it is refused", () => {
  const encoded = fc.constantFrom("..", ".", "..;", "..;x", "../a").chain((text) =>
    fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }).map((choices) =>
      choices.reduce((sofar, all) => all ? everything(sofar) : encodeURIComponent(sofar), everything(text))
    )
  );
  fc.assert(fc.property(encoded, (segment) => {
    assert(pathFault(`/v1/${segment}`, true) !== null, segment);
  }));
});

function everything(text: string): string {
  return [...text].map((character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
}
