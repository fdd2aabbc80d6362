/** Reads the TLS certificate and its private key, and checks that they can be used. */
import { createPrivateKey, X509Certificate } from "node:crypto";

/** The paths of two PEM files. */
export interface CertificatePaths {
  /** The certificate, followed by the chain of its issuers. */
  cert: string;
  key: string;
}

/** A checked certificate and its key, as PEM texts. */
export interface Certificate {
  cert: string;
  key: string;
  expires_at_ms: number;
}

/** A reason not to use a certificate, in words. */
export interface CertificateFault {
  fault: string;
}

/** A chain of certificates has a few kilobytes. */
const MAX_BYTES = 1 << 20;

/** Reads and checks a pair. Node's TLS server accepts any text, and would then fail every handshake. */
export async function readCertificate(
  paths: CertificatePaths,
  now_ms: number,
): Promise<Certificate | CertificateFault> {
  try {
    const [cert, key] = await Promise.all([readText(paths.cert), readText(paths.key)]);
    return check(cert, key, paths, now_ms);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Identifies the content of both files, so that a change can be detected without reading them. Follows links. */
export async function certificateStamp({ cert, key }: CertificatePaths): Promise<string> {
  return (await Promise.all([stampOf(cert), stampOf(key)])).join();
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtime, size, ino } = await Deno.stat(path);
    return `${mtime?.getTime()} ${size} ${ino}`;
  } catch {
    return "unreadable";
  }
}

async function readText(path: string): Promise<string> {
  const { isFile, size } = await Deno.stat(path).catch((error) => {
    throw new Error(`${path} ${error instanceof Deno.errors.NotFound ? "does not exist" : "may not be read"}`);
  });
  // Opening a pipe would wait for its writer.
  if (!isFile) throw new Error(`${path} is not a file`);
  if (size > MAX_BYTES) throw new Error(`${path} has more than ${MAX_BYTES} bytes`);
  return await Deno.readTextFile(path).catch(() => {
    throw new Error(`${path} may not be read`);
  });
}

function check(cert: string, key: string, paths: CertificatePaths, now_ms: number): Certificate | CertificateFault {
  const certificate = parse(() => new X509Certificate(cert));
  if (!certificate) return { fault: `${paths.cert} has no certificate in PEM form` };
  const privateKey = parse(() => createPrivateKey(key));
  if (!privateKey) return { fault: `${paths.key} has no private key in PEM form without a passphrase` };
  if (!certificate.checkPrivateKey(privateKey)) {
    return { fault: `the key in ${paths.key} does not belong to the certificate in ${paths.cert}` };
  }
  const [from_ms, expires_at_ms] = [certificate.validFrom, certificate.validTo].map((time) => Date.parse(time));
  if (now_ms < from_ms) return { fault: `the certificate in ${paths.cert} is not valid before ${day(from_ms)}` };
  if (now_ms >= expires_at_ms) return { fault: `the certificate in ${paths.cert} expired on ${day(expires_at_ms)}` };
  return { cert, key, expires_at_ms };
}

function parse<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function day(at_ms: number): string {
  return new Date(at_ms).toISOString().slice(0, 10);
}
