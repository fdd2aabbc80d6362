/** The remaining amounts by our count and by the provider's headers. Empty if the provider sent no headers. */
import { ago } from "../../format.ts";
import type { ProviderPool, StatusBody } from "../../quota.ts";
import { describeProviderLimits, type ProviderRow } from "./describe_provider_limits.ts";

interface ProviderLimitsProps {
  status: StatusBody;
  /** The service's clock minus ours, in milliseconds. */
  offset_ms: number;
  /** Local epoch milliseconds. */
  now: number;
}

export function ProviderLimits({ status, offset_ms, now }: ProviderLimitsProps) {
  if (status.provider.length === 0) return null;
  return (
    <section class="provider-limits" aria-label="Headroom by two counts">
      <h2>
        Headroom <span class="when">by our count and the provider's</span>
      </h2>
      {status.provider.map((pool) => (
        <Pool
          key={pool.pool}
          pool={pool}
          rows={describeProviderLimits(pool, status)}
          age_ms={now + offset_ms - Date.parse(pool.observed_at)}
        />
      ))}
    </section>
  );
}

function Pool({ pool, rows, age_ms }: { pool: ProviderPool; rows: ProviderRow[]; age_ms: number }) {
  return (
    <table>
      <caption>
        <span class="pool">{pool.pool}</span> <span class="when">reported {ago(age_ms)}</span>
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
