/** Every key: who holds it, what for, and whether it is still used; to make, rotate and revoke keys, and to pair browsers. */
import { useState } from "preact/hooks";
import type { Key } from "../../../shared/access.ts";
import { fullCount } from "../../../shared/format.ts";
import { say } from "../../../shared/words/say.ts";
import { now } from "../data/now.ts";
import { useList } from "../data/list.ts";
import { KeyTable } from "../keys/KeyTable.tsx";
import { isUsable } from "../keys/key_text.ts";
import { MakeKey } from "../keys/MakeKey.tsx";
import { PairBrowser } from "../keys/PairBrowser.tsx";
import { RevokeKey } from "../keys/RevokeKey.tsx";
import { RotateKey } from "../keys/RotateKey.tsx";
import { More } from "../parts/More.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { Empty, Loaded } from "../parts/States.tsx";
import { TileRow } from "../parts/Tiles.tsx";
import { filterOf, setFilter } from "../router.ts";

type Open = { dialog: "make" | "pair" } | { dialog: "rotate" | "revoke"; key: Key } | null;

/** A key that ends within this time is worth a look. */
const SOON_MS = 30 * 86_400_000;

export function Page() {
  const list = useList<Key>("api/quota/keys");
  const [open, setOpen] = useState<Open>(null);
  const close = () => {
    setOpen(null);
    list.refresh();
  };
  return (
    <>
      <Loaded of={list} skeleton={<Loading />}>
        {(keys) => (
          <>
            <TileRow tiles={tilesOf(keys)} />
            <div class="actions">
              <button type="button" class="button primary" onClick={() => setOpen({ dialog: "make" })}>
                {say("Make a key")}
              </button>
              <button type="button" class="button" onClick={() => setOpen({ dialog: "pair" })}>
                {say("Pair a browser")}
              </button>
              <Revoked />
            </div>
            <Shown keys={keys} open={setOpen} />
            <More of={list} />
          </>
        )}
      </Loaded>
      {open?.dialog === "make" && <MakeKey close={close} />}
      {open?.dialog === "pair" && <PairBrowser close={close} />}
      {open?.dialog === "rotate" && <RotateKey of={open.key} close={close} />}
      {open?.dialog === "revoke" && <RevokeKey of={open.key} close={close} />}
    </>
  );
}

function Shown({ keys, open }: { keys: readonly Key[]; open: (dialog: Open) => void }) {
  const shown = filterOf("revoked") === "" ? keys.filter((key) => key.revoked_at === null) : keys;
  if (shown.length === 0) {
    return <Empty title={say("No key yet")}>{say("Programs send calls with an ingest key.")}</Empty>;
  }
  return (
    <KeyTable
      keys={shown}
      rotate={(key) => open({ dialog: "rotate", key })}
      revoke={(key) => open({ dialog: "revoke", key })}
    />
  );
}

function Revoked() {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={filterOf("revoked") !== ""}
        onChange={(event) => setFilter("revoked", event.currentTarget.checked ? ["shown"] : [])}
      />
      {say("Show revoked keys")}
    </label>
  );
}

function Loading() {
  return (
    <>
      <TileRow tiles={tilesOf(null)} />
      <Skeleton rows={8} />
    </>
  );
}

/** @param keys `null` while they are not known. */
function tilesOf(keys: readonly Key[] | null) {
  const usable = keys?.filter((key) => isUsable(key, now.value)) ?? null;
  const count = (fits: (key: Key) => boolean) => usable && fullCount(usable.filter(fits).length);
  const ending = count(({ expires_at }) => expires_at !== null && Date.parse(expires_at) < now.value + SOON_MS);
  return [
    { label: say("Keys in use"), value: usable && fullCount(usable.length) },
    { label: say("Admin keys"), value: count(({ kind }) => kind === "admin") },
    { label: say("Never used"), value: count(({ last_used_at }) => last_used_at === null) },
    {
      label: say("End within 30 days"),
      value: ending,
      tone: ending !== null && ending !== fullCount(0) ? "warning" as const : undefined,
    },
  ];
}
