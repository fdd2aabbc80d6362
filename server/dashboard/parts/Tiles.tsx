/** The first row of a place: few numbers that answer its question. */
import type { ComponentChildren } from "preact";
import type { Tone } from "../../../shared/ui/status/tone.ts";

interface Tile {
  label: string;
  /** `null` while it is not known. */
  value: ComponentChildren | null;
  detail?: ComponentChildren;
  tone?: Tone;
}

export function TileRow({ tiles }: { tiles: readonly Tile[] }) {
  const hasDetails = tiles.some((tile) => "detail" in tile);
  return (
    <dl class="tiles">
      {tiles.map(({ label, value, detail, tone }) => (
        <div key={label} class={`tile${tone ? ` tone-${tone}` : ""}`}>
          <dt>{label}</dt>
          <dd class="value number">{value ?? "–"}</dd>
          {hasDetails && <dd class="detail">{detail ?? "\u00a0"}</dd>}
        </div>
      ))}
    </dl>
  );
}
