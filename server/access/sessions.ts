/**
 * Sessions of the dashboard: a person gives their key once, and the browser then sends a cookie that no script can read.
 * Sessions live in memory, so a restart ends them all.
 */
import type { Denial, Identity } from "./gate.ts";
import { hashOf, type StoredKey } from "./key.ts";

/** How long a session lasts. */
const SESSION_MS = 12 * 3_600_000;

/** Sessions that are open at the same time; beyond that, the oldest end. */
const MAX_SESSIONS = 1000;

/** Of one key: the holder of a key cannot end the sessions of others by opening many. */
const MAX_SESSIONS_PER_KEY = 50;

const COOKIE = "qg_session";

const FOREIGN_WRITE = "a session changes something only for this service's own pages; others send a key";

/** An open session. */
interface Session extends Pick<Identity, "actor" | "key"> {
  kind: "read" | "admin";
  expires_at_ms: number;
}

/** What a session is found by. */
export interface CookieRequest {
  /** The value of a header by its lower-case name. */
  header: (name: string) => string | undefined;
  /** Whether a cookie may stand for a key, to read or to change something. Left out, it may not. */
  by_cookie?: "read" | "write";
}

interface SessionsOptions {
  now: () => number;
  /** Whether the key with which a session was opened is still valid. */
  isLive: (key: StoredKey) => boolean;
  /** The path below which the browser sends the cookie. */
  path: string;
  /** Whether the browser sends the cookie over HTTPS alone. */
  secure: boolean;
  /** The origin of `QUOTA_PUBLIC_URL`. */
  public_origin?: string | null;
}

export class Sessions {
  readonly #options: SessionsOptions;
  /** By the hash of the token, so that the time of a look-up says nothing about the tokens that exist; oldest first. */
  readonly #sessions = new Map<string, Session>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Opens a session with the permissions of a key. Returns the value of `Set-Cookie`. */
  open({ kind, actor, key }: Omit<Session, "expires_at_ms">): { session: Session; cookie: string } {
    this.#makeRoom(actor);
    const token = crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
    const session = { kind, actor, key, expires_at_ms: this.#options.now() + SESSION_MS };
    this.#sessions.set(nameOf(token), session);
    return { session, cookie: this.#cookie(token, SESSION_MS / 1000) };
  }

  /** The session of a `Cookie` header; `null` if it has none that is open and whose key is valid. */
  find(cookies: string | undefined): Session | null {
    const name = sessionName(cookies);
    const session = name === null ? undefined : this.#sessions.get(name);
    if (session && this.#isOpen(session)) return session;
    if (session) this.#sessions.delete(name!);
    return null;
  }

  /** The session of a request that may use one. It changes something for a page of this service alone. */
  of({ by_cookie, header }: CookieRequest): Session | Denial | null {
    const session = by_cookie === undefined ? null : this.find(header("cookie"));
    const isAllowed = session === null || by_cookie === "read" || isOwnPage(header, this.#options.public_origin);
    return isAllowed ? session : { denied: "not_allowed", detail: FOREIGN_WRITE };
  }

  /** Ends the session of a `Cookie` header. Returns the value of `Set-Cookie` that removes it from the browser. */
  close(cookies: string | undefined): string {
    const name = sessionName(cookies);
    if (name !== null) this.#sessions.delete(name);
    return this.#cookie("", 0);
  }

  #isOpen({ key, expires_at_ms }: Session): boolean {
    return expires_at_ms > this.#options.now() && (key === null || this.#options.isLive(key));
  }

  #cookie(value: string, seconds: number): string {
    const { path, secure } = this.#options;
    return `${COOKIE}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
  }

  #makeRoom(actor: string): void {
    for (const [name, session] of this.#sessions) if (!this.#isOpen(session)) this.#sessions.delete(name);
    const own = [...this.#sessions].filter(([, session]) => session.actor === actor).map(([name]) => name);
    const oldest = own.length >= MAX_SESSIONS_PER_KEY ? own : [...this.#sessions.keys()];
    if (own.length >= MAX_SESSIONS_PER_KEY || this.#sessions.size >= MAX_SESSIONS) this.#sessions.delete(oldest[0]);
  }
}

/**
 * Whether a request comes from a page of this service. Browsers send `Origin` with every request that changes something, and
 * no page can set it.
 *
 * @param public_origin of `QUOTA_PUBLIC_URL`.
 */
export function isOwnPage(header: (name: string) => string | undefined, public_origin: string | null = null): boolean {
  const [origin, host] = [header("origin")?.toLowerCase(), header("host")?.toLowerCase()];
  return origin !== undefined && [`http://${host}`, `https://${host}`, public_origin].includes(origin);
}

/** A second cookie of this name may be set by another page of the host: then neither counts. */
function sessionName(cookies: string | undefined): string | null {
  const tokens = (cookies ?? "").split(";").map((pair) => pair.trim().split("=", 2)).filter(([name]) =>
    name === COOKIE
  );
  const [[, token = ""] = []] = tokens;
  return tokens.length === 1 && token !== "" ? nameOf(token) : null;
}

function nameOf(token: string): string {
  return hashOf(token).toBase64();
}
