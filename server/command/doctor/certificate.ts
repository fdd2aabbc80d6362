/** Checks the service's own certificate. */
import type { Config } from "../../config/config.ts";
import type { readCertificate } from "../../front/certificate.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** A certificate that expires earlier should have been renewed. */
const SOON_MS = 14 * 86_400_000;

/** @returns nothing for a service without a certificate of its own. */
export async function checkCertificate(
  { tls }: Pick<Config, "tls">,
  read: typeof readCertificate,
  now_ms: number,
): Promise<Finding[]> {
  if (tls === null) return [];
  const certificate = await read(tls, now_ms);
  if ("fault" in certificate) {
    return [fail("certificate", certificate.fault, "Set QUOTA_TLS_CERT and QUOTA_TLS_KEY to a pair that can be used")];
  }
  const { expires_at_ms } = certificate;
  const text = `${tls.cert} is valid until ${new Date(expires_at_ms).toISOString().slice(0, 10)}`;
  if (expires_at_ms - now_ms > SOON_MS) return [ok("certificate", text)];
  return [warn("certificate", text, "Renew it: the service loads the new one within a second")];
}
