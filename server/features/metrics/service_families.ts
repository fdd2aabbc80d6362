/** The metrics of the service itself: its requests, sockets, keys and ledger. */
import { healthBody } from "../../api/health_body.ts";
import type { FeatureDeps } from "../feature.ts";
import { counter, type Family, gauge, type Sample, samplesBy } from "./exposition.ts";

export function serviceFamilies(deps: FeatureDeps): Family[] {
  const { tracker, access, limits, version, activity, tls } = deps;
  const { requests, connections, connections_refused, sockets } = activity();
  return [
    gauge("quota_info", "The version of the service.", [{ labels: { version }, value: 1 }]),
    counter(
      "quota_http_requests_total",
      "Requests to the gateway, and to all other paths.",
      samplesBy("area", Object.entries(requests)),
    ),
    gauge("quota_connections", "Open HTTP connections of callers.", connections),
    counter(
      "quota_connections_refused_total",
      "Connections that were refused: too many were open.",
      connections_refused,
    ),
    gauge(
      "quota_sockets",
      "Open WebSockets: those that watch a status, and those relayed to the upstream.",
      samplesBy("kind", Object.entries(sockets)),
    ),
    counter(
      "quota_key_refusals_total",
      "Requests that the gate refused.",
      samplesBy("code", Object.entries(access.refusals)),
    ),
    counter(
      "quota_failed_key_tries_total",
      "Wrong keys and wrong pairing codes, those of callers who must wait included.",
      access.failedTries,
    ),
    gauge("quota_attempts_in_flight", "Attempts that have not ended.", tracker.inFlight),
    gauge("quota_attempts_waiting", "Attempts that wait for a full minute to open.", tracker.waiting),
    gauge("quota_certificate_expires_seconds", "When the certificate expires, in Unix time.", expiry(tls)),
    gauge("quota_limits_refused", "1 while the limits file has faults.", Number(limits.faults.length > 0)),
    gauge("quota_degraded", "1 while /healthz says degraded.", Number(healthBody(deps, true).status === "degraded")),
    ...ledgerFamilies(deps),
  ];
}

function ledgerFamilies({ tracker, clock }: FeatureDeps): Family[] {
  const { ledgerQueue: queue } = tracker;
  const lag_ms = queue.lagAt(clock.now());
  return [
    gauge("quota_ledger_pending_entries", "Entries that are not in the ledger yet.", queue.pending),
    gauge("quota_ledger_lag_seconds", "Age of the oldest entry that is not in the ledger.", lag_ms / 1000),
    gauge("quota_ledger_failing", "1 while the ledger accepts no entries.", Number(tracker.ledgerFailing)),
    counter("quota_ledger_lost_entries_total", "Entries that will never be in the ledger.", queue.lost),
  ];
}

/** No sample without a certificate. */
function expiry(tls: FeatureDeps["tls"]): Sample[] {
  return tls ? [{ value: tls.expires_at_ms / 1000 }] : [];
}
