/** Who may use the service, and how people reach it. */
import { parsePublicUrl } from "../../access/public_url.ts";
import { originList, pemPath, proxyList, secretOf } from "../readers.ts";
import type { Variable } from "../variable.ts";

export const ACCESS = {
  QUOTA_ADMIN_KEY: {
    meaning: "an admin key that is not in the list of keys",
    default: null,
    accepts: "at least 16 ASCII characters without spaces",
    read: secretOf(16),
  },
  QUOTA_ADMIN_RESET_KEY: {
    meaning: "an older admin key, for resets and limits only",
    default: null,
    accepts: "at least 8 ASCII characters without spaces",
    read: secretOf(8),
  },
  QUOTA_PUBLIC_URL: {
    meaning: "the address by which people reach the service, with its path",
    default: null,
    accepts: "a URL such as https://tools.acme.dev/quota/",
    read: (text) => parsePublicUrl(text) ?? undefined,
  },
  QUOTA_TRUSTED_PROXIES: {
    meaning: "proxies whose `X-Forwarded-For` is believed: addresses and ranges",
    default: null,
    accepts: "addresses and ranges such as 127.0.0.1, 10.0.0.0/8",
    read: proxyList,
  },
  QUOTA_ALLOWED_ORIGINS: {
    meaning: "web pages that may call the service, the gateway included",
    default: null,
    accepts: "origins such as https://chat.acme.dev",
    read: originList,
  },
  QUOTA_TLS_CERT: {
    meaning: "the certificate for HTTPS; a changed one is loaded within a second",
    default: null,
    accepts: "the path of a PEM file with a certificate and its chain",
    read: pemPath,
  },
  QUOTA_TLS_KEY: {
    meaning: "the certificate's private key",
    default: null,
    accepts: "the path of a PEM file with the certificate's private key, without a passphrase",
    read: pemPath,
  },
} satisfies Record<string, Variable>;
