/** Readers of settings. Each returns `undefined` for a text that it does not accept. */
import { TrustedProxies } from "../access/client_address.ts";

/** The values that {@link count} accepts, in words. */
export const COUNT = "a whole number from 1";

export const count = (text: string) => /^\d{1,12}$/.test(text) && Number(text) >= 1 ? Number(text) : undefined;
export const oneOf = (...choices: string[]) => (text: string) => choices.includes(text) ? text : undefined;

export function baseUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:\/\/[^/]/i.test(text)) return undefined;
  const { origin, pathname, username, password } = url;
  return username || password || /[?#]/.test(text) ? undefined : origin + pathname.replace(/\/+$/, "");
}

/** A key travels in a header, which takes visible ASCII characters only. */
export function secretOf(length: number): (text: string) => string | undefined {
  return (text) => text.length >= length && /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}

/** A path, not the PEM text itself. */
export function pemPath(text: string): string | undefined {
  return /-----|[\n\0]/.test(text) ? undefined : text;
}

function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

export function proxyList(text: string): string[] | undefined {
  try {
    const entries = listOf(text);
    return new TrustedProxies(entries) && entries;
  } catch {
    return undefined;
  }
}

/** Origins as a browser sends them: without a path, and without the scheme's own port. */
export function originList(text: string): string[] | undefined {
  const origins = listOf(text);
  return origins.every((origin) => /^https?:/i.test(origin) && URL.parse(origin)?.origin === origin.toLowerCase())
    ? origins.map((origin) => origin.toLowerCase())
    : undefined;
}

export function zone(text: string): string | undefined {
  // Temporal also takes an offset or a whole date as a zone.
  if (!/^[A-Za-z][\w+/-]*$/.test(text)) return undefined;
  try {
    // Not `Intl`: its first formatter takes a tenth of the start, and days are computed with Temporal anyway.
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text) && text;
  } catch {
    return undefined;
  }
}
