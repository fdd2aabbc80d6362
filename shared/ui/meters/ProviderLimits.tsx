/** Our count and the provider's, side by side, where the provider has told its own. */
import { ago } from "../../format.ts";
import type { ProviderPool, StatusBody } from "../../quota.ts";
import { describeProviderLimits, type ProviderRow } from "./describe_provider_limits.ts";
import { now } from "../time/now.ts";

export function ProviderLimits({ status, offset_ms }: { status: StatusBody; offset_ms: number }) {
  if (status.provider.length === 0) return null;
  return (
    <section class="provider-limits" aria-label="Headroom by two counts">
      <h2>
        Headroom <span class="when">by our count and the provider's</span>
      </h2>
      {status.provider.map((pool) => (
        <Pool key={pool.pool} pool={pool} rows={describeProviderLimits(pool, status)} offset_ms={offset_ms} />
      ))}
    </section>
  );
}

function Pool({ pool, rows, offset_ms }: { pool: ProviderPool; rows: ProviderRow[]; offset_ms: number }) {
  return (
    <table>
      <caption>
        <span class="pool">{pool.pool}</span> <Reported at={pool.observed_at} offset_ms={offset_ms} />
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="spoken">Limit</span>
          </th>
          <th scope="col">Counted</th>
          <th scope="col">Reported</th>
          <th scope="col">Used elsewhere</th>
        </tr>
      </thead>
      <tbody class="number">{rows.map((row) => <Row key={row.label} {...row} />)}</tbody>
    </table>
  );
}

function Row({ label, counted, reported, elsewhere, decides }: ProviderRow) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td class={decides === "counted" ? "decides" : ""}>{counted}</td>
      <td class={decides === "reported" ? "decides" : ""}>{reported}</td>
      <td>{elsewhere}</td>
    </tr>
  );
}

function Reported({ at, offset_ms }: { at: string; offset_ms: number }) {
  return <span class="when">reported {ago(now() + offset_ms - Date.parse(at))}</span>;
}
