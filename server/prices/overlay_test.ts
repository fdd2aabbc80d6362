import assert from "node:assert/strict";
import { OVERLAY } from "./overlay.ts";

Deno.test("every entry names a source that is listed, and every listed source has an entry", () => {
  const { changes, families, tiers, sources } = OVERLAY;
  const named = [...changes, ...families, ...tiers].map(({ source }) => source);
  assert.deepEqual([...new Set(named)].sort(), Object.keys(sources).sort());
});
