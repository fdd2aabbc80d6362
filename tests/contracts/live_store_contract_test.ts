import { type ImmediateLiveStore, type LiveStore } from "../../server/live/live_store.ts";
import { openMemoryLiveStore } from "../../server/live/memory/memory_store.ts";
import { remoteLiveStore } from "../support/remote_live_store.ts";
import { assertEquals } from "../support/assert.ts";
import { liveStoreContract } from "./live_store_contract.ts";

liveStoreContract("memory live store", () => openMemoryLiveStore("UTC"));
liveStoreContract("a live store that answers later", () => remoteLiveStore(openMemoryLiveStore("UTC")));

Deno.test("the memory live store answers without a promise", () => {
  const store: ImmediateLiveStore & LiveStore = openMemoryLiveStore("Pacific/Kiritimati");
  // Midnight there.
  const now_ms = Date.parse("2026-11-21T10:00:00Z");
  const limits = {
    limits: { requests_per_minute: null, requests_per_day: 9, tokens_per_minute: null, tokens_per_day: null },
    models: new Map(),
  };
  const { requests_per_day } = store.snapshot(store.open("acme"), now_ms, limits).workspace;
  assertEquals(requests_per_day?.resets_at_ms, now_ms + 24 * 3_600_000);
});
