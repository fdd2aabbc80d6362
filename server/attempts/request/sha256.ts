/**
 * SHA-256 (FIPS 180-4) without a runtime's own module: the client also runs where `node:crypto` is missing, and Web
 * Crypto answers later, which would delay each call.
 */

/** @returns the first `digits` of the hash of the text's UTF-8 bytes, as hexadecimal digits: a multiple of 8. */
export function sha256(text: string, digits = 64): string {
  const state = new Uint32Array(INITIAL);
  const words = padded(new TextEncoder().encode(text));
  const schedule = new Uint32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    for (let at = 0; at < 16; at++) schedule[at] = words[block + at];
    expand(schedule);
    compress(state, schedule);
  }
  return Array.from(state.subarray(0, digits / 8), (word) => word.toString(16).padStart(8, "0")).join("");
}

/** The fractional parts of the square roots of the first 8 primes, and of the cube roots of the first 64. */
const PRIMES = Array.from({ length: 310 }, (_, at) => at + 2).filter((number) => {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
});
const fraction = (root: number) => (root - Math.floor(root)) * 2 ** 32;
const INITIAL = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const CONSTANTS = new Uint32Array(PRIMES.slice(0, 64).map((prime) => fraction(Math.cbrt(prime))));

/** The bytes as big-endian words, with the end mark and the length in bits, in whole blocks of 16 words. */
function padded(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(((bytes.length + 8 >> 6) + 1) * 16);
  for (let at = 0; at < bytes.length; at++) words[at >> 2] |= bytes[at] << (24 - (at & 3) * 8);
  words[bytes.length >> 2] |= 0x80 << (24 - (bytes.length & 3) * 8);
  words[words.length - 1] = bytes.length * 8;
  return words;
}

function expand(schedule: Uint32Array): void {
  for (let at = 16; at < 64; at++) {
    const [early, late] = [schedule[at - 15], schedule[at - 2]];
    const first = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    const second = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    schedule[at] = schedule[at - 16] + first + schedule[at - 7] + second;
  }
}

function compress(state: Uint32Array, schedule: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state;
  for (let at = 0; at < 64; at++) {
    const sum = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + sum + ((e & f) ^ (~e & g)) + CONSTANTS[at] + schedule[at]) | 0;
    const second = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  const mixed = [a, b, c, d, e, f, g, h];
  for (let at = 0; at < 8; at++) state[at] += mixed[at];
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
