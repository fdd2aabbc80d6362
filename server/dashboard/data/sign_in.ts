/** Signs in with a key, or with a pairing code, which is traded for a key first. */
import type { Redeemed, Session } from "../../../shared/access.ts";
import { say } from "../../../shared/words/say.ts";
import { request } from "./api.ts";
import { session } from "./session.ts";

/** `ABCD-EFGH`, however it is typed. */
const CODE = /^\s*[0-9A-Z]{4}[\s-]?[0-9A-Z]{4}\s*$/i;

/** Whether a text is a pairing code. */
export function isCode(text: string): boolean {
  return CODE.test(text);
}

/** The code in the address that a QR code gave, `#pair=ABCD-EFGH`. The browser sends this part to no server. */
export function codeOfAddress(hash = location.hash): string {
  const code = new URLSearchParams(hash.slice(1)).get("pair") ?? "";
  return isCode(code) ? code.trim().toUpperCase() : "";
}

/** @throws {ApiError} for a key that is refused. */
export async function signIn(key: string): Promise<void> {
  const opened = await request<Session>("api/quota/sessions", { method: "POST", body: { key } });
  session.value = { state: "in", session: opened };
}

/** @throws {ApiError} for a code that is refused. */
export async function signInByCode(code: string): Promise<void> {
  const body = { code, name: say("Dashboard") };
  const { key } = await request<Redeemed>("api/quota/pairing/redeem", { method: "POST", body });
  history.replaceState(null, "", location.pathname + location.search);
  await signIn(key);
}
