/**
 * For callers: why no connection to the upstream was opened, and which setting to check.
 *
 * @param host of the upstream, with its port unless that is the scheme's own.
 */
export function cannotReach(host: string, code: string, message: string): string {
  if (code.startsWith("PROXY_")) {
    return `Cannot reach the upstream ${host}: ${message}. Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY`;
  }
  if (code.startsWith("HPE_")) return `Cannot use the upstream ${host}: its answer is not valid HTTP/1.1 (${code})`;
  const why = code.endsWith("_TIMEOUT") ? message : code;
  return `Cannot reach the upstream ${host}: ${why}. Check QUOTA_UPSTREAM_URL`;
}
