/** The service in team mode on a real port, with a key of every kind, in front of an upstream that the test controls. */
import { openAccessStore } from "../../server/access/sqlite/sqlite_store.ts";
import type { KeyRequest } from "../../server/access/key.ts";
import { Keyring } from "../../server/access/keyring.ts";
import { REFRESH_MS } from "../../server/access_parts.ts";
import type { Ledger } from "../../server/ledger/ledger.ts";
import { run, sendRaw } from "../api/running.ts";
import { TEST_ACTOR } from "./access.ts";
import type { ManualClock } from "./clock.ts";
import { withTempFolder } from "./temp.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

export interface TeamService {
  url: string;
  port: number;
  clock: ManualClock;
  upstream: Upstream;
  ledger: Ledger;
  /** Texts of keys by kind; `none` is no key, `wrong` is a key that was never made, `read_all` covers every workspace. */
  keys: Record<string, string | null>;
  /** The id of the key behind a text. */
  idOf(kind: string): string;
  /** Makes a key from another process, as the command line does; the service has seen it when this returns. */
  create(request: KeyRequest): { text: string; id: string };
  /** Revokes a key from another process; the service has seen it when this returns. */
  revoke(id: string): void;
  /** Gives a key a new secret from another process, as {@link revoke} does. Returns the new key. */
  rotate(id: string, overlap_ms: number): string;
  /** Sends a GET with the given Host, and returns the response as text. */
  raw(path: string, host: string, key: string): Promise<string>;
}

const SETTINGS = {
  QUOTA_PUBLIC_URL: "https://tools.acme.dev/quota/",
  QUOTA_ALLOWED_ORIGINS: "https://chat.acme.dev",
};

export function withTeamService(
  use: (service: TeamService) => Promise<void>,
  settings: Record<string, string> = SETTINGS,
): Promise<void> {
  return withTempFolder(async (folder) => {
    const upstream = await startUpstream();
    const path = `${folder}/quota.access.db`;
    const elsewhere = openAccessStore(path);
    try {
      await using running = await run({ QUOTA_UPSTREAM_URL: upstream.url, ...settings }, {
        keys: openAccessStore(path),
      });
      const { service, clock, port, ledger } = running;
      const keyring = new Keyring(elsewhere, () => clock.now());
      const create = (request: KeyRequest) => {
        const { text, key } = keyring.create(request, TEST_ACTOR);
        clock.advance(REFRESH_MS);
        return { text, id: key.id };
      };
      const { keys, ids } = keysOfEveryKind(create, clock);
      await use({
        url: service.url,
        port,
        clock,
        upstream,
        ledger,
        keys,
        create,
        idOf: (kind) => ids[kind],
        revoke(id) {
          keyring.revoke(id, TEST_ACTOR);
          clock.advance(REFRESH_MS);
        },
        rotate(id, overlap_ms) {
          const { text } = keyring.rotate(id, overlap_ms, TEST_ACTOR);
          clock.advance(REFRESH_MS);
          return text;
        },
        raw: (path, host, key) =>
          sendRaw(
            port,
            `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`,
          ),
      });
    } finally {
      elsewhere.close();
      await upstream.close();
    }
  });
}

function keysOfEveryKind(create: TeamService["create"], clock: ManualClock) {
  const workspaces = ["acme"];
  const made = {
    admin: create({ kind: "admin", workspaces: [] }),
    ingest: create({ kind: "ingest", workspaces }),
    read: create({ kind: "read", workspaces }),
    read_all: create({ kind: "read", workspaces: ["*"] }),
    expired: create({ kind: "read", workspaces, expires_at_ms: clock.now() + 1 }),
  };
  const entries = Object.entries(made);
  return {
    keys: {
      none: null,
      wrong: "qg_read_wrong",
      ...Object.fromEntries(entries.map(([kind, { text }]) => [kind, text])),
    },
    ids: Object.fromEntries(entries.map(([kind, { id }]) => [kind, id])),
  };
}
