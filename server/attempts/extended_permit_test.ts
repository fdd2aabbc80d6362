import { assertEquals } from "../../tests/support/assert.ts";
import { extendedPermit } from "./extended_permit.ts";

class ClassPermit {
  readonly done: string[] = [];
  readonly remaining = { requests_per_minute: 1, requests_per_day: 2, tokens_per_minute: 3, tokens_per_day: 4 };
  begun() {
    this.done.push("begun");
  }
  settle() {
    this.done.push("settled");
  }
  release(reason: string | null) {
    this.done.push(`released: ${reason}`);
  }
}

Deno.test("an extended permit has the members of a class's permit, and its own settlement", () => {
  const permit = new ClassPermit();
  const extended = extendedPermit(permit, { settle: () => void permit.done.push("settled otherwise") });
  extended.begun?.();
  extended.settle({} as never);
  extended.release("no route");
  assertEquals(permit.done, ["begun", "settled otherwise", "released: no route"]);
  assertEquals(extended.remaining, permit.remaining);
});

Deno.test("an extended permit that need not know of a stream's start has no member for it", () => {
  const permit = { settle() {}, release() {} };
  assertEquals(extendedPermit(permit, { settle() {} }).begun, undefined);
});
