/** For callers: why no connection to the upstream was opened, and which setting to check. */
export function cannotReach(code: string, message: string): string {
  if (code.startsWith("PROXY_")) {
    return `Cannot reach the upstream: ${message}. Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY`;
  }
  return `Cannot reach the upstream: ${code}. Check QUOTA_UPSTREAM_URL`;
}
