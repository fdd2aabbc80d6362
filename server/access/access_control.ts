/** Admits requests by their key: the gate, with this service's keys and a count of failed tries. */
import { networkOf, type TrustedProxies } from "./client_address.ts";
import { type Credentials, credentials } from "./credentials.ts";
import { FailedTries } from "./failed_tries.ts";
import { type Access, covers, type Denial, gate, type GateRules, type Identity, isDenial } from "./gate.ts";
import { hashOf, isSameHash } from "./key.ts";
import { looksLikeKey, parseKey } from "./key_text.ts";
import type { Keyring } from "./keyring.ts";
import type { CookieRequest, Sessions } from "./sessions.ts";
import type { IncomingMessage } from "node:http";

/** A request to be admitted. */
export interface AccessRequest extends CookieRequest {
  access: Access;
  /** The workspace that it names; `null` when it names none. */
  workspace_id: string | null;
  /** On `/v1/*`, a bearer that is not our key is the caller's own key for the provider. */
  is_gateway: boolean;
  /** The address of the connection. */
  remote: string;
  /** Does not count a failure, because another decision on the same request follows. */
  is_preliminary?: boolean;
  /** Whether the older admin key, `QUOTA_ADMIN_RESET_KEY`, is enough. */
  takes_reset_key?: boolean;
}

/** A denial, and after repeated failures the wait until the next try is checked. */
export interface Refused extends Omit<Denial, "denied"> {
  denied: Denial["denied"] | "too_many_tries";
  retry_after_ms?: number;
}

/** An admitted caller. */
export interface Admitted extends Identity, Pick<Credentials, "in_api_key"> {
  /** The provider's key that was in the same text as ours. */
  provider_key: string | null;
}

/** An admitted caller, with its address. */
export interface Caller extends Admitted {
  /** Behind trusted proxies too. */
  address: string;
}

interface AccessControlOptions {
  keyring: Keyring;
  /** The service listens on another address than loopback: every route needs a key, whether one exists or not. */
  on_network: boolean;
  /** `QUOTA_ADMIN_KEY`; `null` without one. */
  admin_key: string | null;
  /** `QUOTA_ADMIN_RESET_KEY`; `null` without one. */
  reset_key?: string | null;
  /** The proxies whose `X-Forwarded-For` is believed. */
  proxies: TrustedProxies;
  sessions?: Sessions;
  now: () => number;
  /** Wrong keys or codes before an address has to wait. */
  free_tries?: number;
}

export class AccessControl {
  /** The number of refusals since the start, by code. */
  readonly refusals: Record<Refused["denied"], number> = {
    key_missing: 0,
    key_invalid: 0,
    key_expired: 0,
    not_allowed: 0,
    admin_disabled: 0,
    too_many_tries: 0,
  };
  readonly #options: AccessControlOptions;
  /** Of keys. */
  readonly #tries: FailedTries;
  /** Of pairing codes: programs with a wrong key must not keep others behind the same address from pairing. */
  readonly #guesses: FailedTries;
  readonly #rules: GateRules;
  /** The rules of routes that the older admin key opens, too. */
  readonly #resetRules: GateRules;

  constructor(options: AccessControlOptions) {
    this.#options = options;
    this.#tries = new FailedTries(options.now, options.free_tries);
    this.#guesses = new FailedTries(options.now, options.free_tries);
    const { admin_key, reset_key = null } = options;
    this.#rules = this.#rulesWith([admin_key]);
    this.#resetRules = this.#rulesWith([admin_key, reset_key]);
  }

  /** Whether every route needs a key. */
  get isTeam(): boolean {
    return this.#options.on_network || this.#options.keyring.inUse;
  }

  /** Decides on a request, and records its failure or its key's use. */
  admit(request: AccessRequest): Admitted | Refused {
    const found = credentials(request.header, request.is_gateway, this.#isOurs);
    const { access, workspace_id, takes_reset_key } = request;
    const rules = takes_reset_key ? this.#resetRules : this.#rules;
    const session = found.key || access === "open" ? null : this.#options.sessions?.of(request) ?? null;
    if (session && "denied" in session) return this.#refuse(session, found, request);
    const decision = gate({ access, workspace_id, credentials: found, session }, rules);
    if (isDenial(decision)) return request.is_preliminary ? decision : this.#refuse(decision, found, request);
    if (decision.key) this.#options.keyring.touch(decision.key);
    return { ...decision, provider_key: found.provider_key, in_api_key: found.in_api_key };
  }

  /** The caller's address, behind trusted proxies too. */
  addressOf(remote: string, header: AccessRequest["header"]): string {
    return this.#options.proxies.callerOf(remote, header("x-forwarded-for"));
  }

  /**
   * Whether a caller who was admitted before still has access to a workspace, for connections that outlive one request. A
   * caller without a key has it until the service needs keys.
   */
  isLive({ kind, key }: Pick<Identity, "kind" | "key">, workspace_id: string): boolean {
    if (key !== null) return covers(key, workspace_id) && this.#options.keyring.isLive(key);
    return kind === "admin" || (kind === "personal" && !this.isTeam);
  }

  /** The number of wrong keys and wrong pairing codes since the start. */
  get failedTries(): number {
    return this.refusals.key_invalid + this.refusals.too_many_tries + this.#guesses.total;
  }

  /** Milliseconds until the next pairing code from an address is checked; 0 if it is checked now. */
  waitOf(address: string): number {
    return this.#guesses.waitFor(networkOf(address));
  }

  /** Counts a wrong pairing code from an address. */
  countGuess(address: string): void {
    this.#guesses.note(networkOf(address));
  }

  /** An environment's admin key is recognized in the provider's place too, so that it does not go upstream. */
  readonly #isOurs = (text: string): boolean => looksLikeKey(text) || this.#resetRules.isEnvironmentAdmin(text);

  #rulesWith(environment_keys: (string | null)[]): GateRules {
    const { keyring } = this.#options;
    const keys = environment_keys.filter((key) => key !== null);
    const isTeam = () => this.isTeam;
    return {
      get team() {
        return isTeam();
      },
      get has_admin() {
        return keys.length > 0 || keyring.hasAdmin;
      },
      // Comparing lengths first tells no more than how long the key is, and saves most calls a SHA-256.
      isEnvironmentAdmin: (text) =>
        keys.some((key) => text.length === key.length && isSameHash(hashOf(text), hashOf(key))),
      check: (text) => keyring.check(text),
    };
  }

  /** Only wrong keys slow a caller down: a missing key, or a valid one without permission, is not a guess. */
  #refuse(denial: Denial, { key }: Credentials, { remote, header }: AccessRequest): Refused {
    const isWrong = denial.denied === "key_invalid";
    const refused = isWrong ? this.#countTry(denial, key, this.addressOf(remote, header)) : denial;
    this.refusals[refused.denied]++;
    return refused;
  }

  #countTry(denial: Denial, key: string | null, address: string): Refused {
    const id = parseKey(key ?? "")?.id;
    const network = networkOf(address);
    const names = id === undefined ? [network] : [network, id];
    const retry_after_ms = this.#tries.waitFor(...names);
    if (retry_after_ms === 0) {
      this.#tries.note(...names);
      return denial;
    }
    const detail = `too many wrong keys from ${address}; try again in ${Math.ceil(retry_after_ms / 1000)} s`;
    return { denied: "too_many_tries", detail, retry_after_ms };
  }
}

/** Whether a request was refused. */
export function isRefused(decision: Admitted | Refused): decision is Refused {
  return "denied" in decision;
}

/** Decides on a request of Node's server. */
export function admitRequest(
  control: AccessControl,
  request: IncomingMessage,
  asked: Pick<AccessRequest, "access" | "workspace_id" | "is_gateway" | "is_preliminary" | "by_cookie">,
): Admitted | Refused {
  const remote = request.socket.remoteAddress ?? "";
  return control.admit({ ...asked, remote, header: (name) => headerOf(request, name) });
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}
