import fc from "fast-check";
import { assert, assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { KEY_KINDS, looksLikeKey, newKey, parseKey } from "./key_text.ts";

Deno.test("a new key has its kind, an id of 8, and 256 bits with a checksum in base62", () => {
  for (const kind of KEY_KINDS) {
    const key = newKey(kind);
    assertMatch(key.text, new RegExp(`^qg_${kind}_${key.id}_[0-9A-Za-z]{49}$`));
    assertEquals(key.id.length, 8);
    assertEquals(parseKey(key.text), key);
  }
});

Deno.test("a new secret for an id keeps the id and changes the text", () => {
  const first = newKey("read");
  const second = newKey("read", first.id);
  assertEquals(second.id, first.id);
  assert(second.text !== first.text);
});

Deno.test("a key with any one character changed, added or removed does not parse", () => {
  const { text } = newKey("admin");
  fc.assert(fc.property(fc.nat(text.length - 1), fc.constantFrom(..."aZ0_~ "), (at, letter) => {
    fc.pre(text[at] !== letter);
    assertEquals(parseKey(text.slice(0, at) + letter + text.slice(at + 1)), null);
    assertEquals(parseKey(text.slice(0, at) + letter + text.slice(at)), null);
    assertEquals(parseKey(text.slice(0, at) + text.slice(at + 1)), null);
  }));
});

Deno.test("a text of another form is not a key, whatever it is", () => {
  const { text } = newKey("read");
  const others = ["", "qg_", "qg_read_", "sk-abc", "' OR 1=1 --", `${text}\n`, ` ${text}`, text.toUpperCase()];
  for (const other of [...others, "qg_owner_aaaaaaaa_" + "0".repeat(49), "qg_read_aaaaaaaa_" + "0".repeat(49)]) {
    assertEquals(parseKey(other), null, other);
  }
  fc.assert(fc.property(fc.string(), (other) => assertEquals(parseKey(other), null)));
});

Deno.test("a broken key still looks like a key, so that it is never taken for a provider's", () => {
  assert(looksLikeKey("qg_read_broken"));
  assert(!looksLikeKey("sk-proj-abc"));
});
