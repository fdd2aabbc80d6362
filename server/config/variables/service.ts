/** How the service runs: its address, what it keeps, what it logs. */
import { LOG_LEVELS } from "../../runtime/log.ts";
import { oneOf } from "../readers.ts";
import type { Variable } from "../variable.ts";

export const SERVICE = {
  HOST: {
    meaning: "the address it listens on; on another than loopback, every request needs a key",
    default: "127.0.0.1",
    accepts: "an address or host name",
    read: (text) => /^[\w.:[\]-]+$/.test(text) ? text : undefined,
  },
  PORT: {
    meaning: "the port it listens on",
    default: "8787",
    accepts: "0 to 65535; 0 takes a free port",
    read: (text) => /^\d{1,5}$/.test(text) && Number(text) < 65536 ? Number(text) : undefined,
  },
  QUOTA_STORE: {
    meaning: "where the ledger and the keys are kept",
    default: "sqlite:data/quota.db",
    accepts: "sqlite:PATH or memory: (postgres:// needs a later version)",
    read: (text) => /^(sqlite:.+|memory:)$/.test(text) ? text : undefined,
  },
  QUOTA_DURABILITY: {
    meaning: "`answer`: answers wait for their rows; `bounded`: rows may follow within 100 ms",
    default: "bounded",
    accepts: "answer or bounded",
    read: (text) => /^(answer|bounded)$/.test(text) ? text : undefined,
  },
  QUOTA_RETENTION_DAYS: {
    meaning: "days after which attempts are deleted; their sums stay",
    default: "400",
    accepts: "a whole number of days from 2",
    // Fewer would delete attempts of the day that is counted.
    read: (text) => /^\d{1,6}$/.test(text) && Number(text) >= 2 ? Number(text) : undefined,
  },
  QUOTA_REDIS_URL: {
    meaning: "not used yet: it will connect instances, which share no limits and budgets today",
    default: null,
    accepts: "nothing yet: several instances would share no limits and no budgets, so run one",
    read: () => undefined,
  },
  QUOTA_LOG_LEVEL: {
    meaning: "which lines the log has",
    default: "info",
    accepts: LOG_LEVELS.join(", "),
    read: oneOf(...LOG_LEVELS),
  },
  QUOTA_ACCESS_LOG: {
    meaning: "whether the log has a line for each request",
    default: "off",
    accepts: "on or off",
    read: oneOf("on", "off"),
  },
} satisfies Record<string, Variable>;
