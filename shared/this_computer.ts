/** Whether a host name, as `URL` gives it, is this machine's own. */
export function isThisComputer(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname) || hostname.endsWith(".localhost");
}
