/** `/api/quota/pairing`: a short code that a person types into the extension, in place of a key. */
import { PairingCode, PairingRequest, Redeemed, RedeemRequest } from "../../../shared/access.ts";
import { instant } from "../../core/meter.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

export const createPairing = route({
  method: "POST",
  path: "/api/quota/pairing",
  tag: "Access",
  summary: "Make a pairing code for a workspace",
  description: "Valid for ten minutes and once. It gives a read key for this workspace alone.",
  access: "admin",
  body: PairingRequest,
  answer: { status: 201, schema: PairingCode },
  example: {
    body: { workspace_id: "acme" },
    answer: { code: "ABCD-EFGH", expires_at: "2026-11-21T10:10:00.000Z" },
  },
  problems: ["admin_disabled", "invalid_workspace"],
  handle: ({ body, caller }, { pairing }) => {
    const { code, expires_at_ms } = pairing.create(workspaceId(body.workspace_id), caller);
    return { code, expires_at: instant(expires_at_ms) };
  },
});

export const redeemPairing = route({
  method: "POST",
  path: "/api/quota/pairing/redeem",
  tag: "Access",
  summary: "Trade a pairing code for a read key",
  description: "Needs no key. After five wrong codes, an address waits longer and longer before the next one is read.",
  access: "open",
  body: RedeemRequest,
  answer: { status: 201, schema: Redeemed },
  example: {
    body: { code: "ABCD-EFGH", name: "Firefox on the laptop" },
    answer: { key: "qg_read_m4t8w1ze_…", workspace_id: "acme" },
  },
  problems: ["pairing_code_invalid", "too_many_tries"],
  handle: ({ body, caller: { address } }, { pairing, access }) => {
    const wait_ms = access.waitOf(address);
    if (wait_ms > 0) throw tooManyTries(wait_ms);
    const redeemed = pairing.redeem(body.code, body.name, address);
    if (redeemed) return { key: redeemed.text, workspace_id: redeemed.key.workspaces[0] };
    access.countGuess(address);
    throw new ProblemError("pairing_code_invalid", "Cannot pair: the code is wrong, used or older than ten minutes");
  },
});

function tooManyTries(wait_ms: number): ProblemError {
  const seconds = String(Math.ceil(wait_ms / 1000));
  const detail = `Cannot pair: too many wrong codes from this address. Try again in ${seconds} s`;
  return new ProblemError("too_many_tries", detail, { "retry-after": seconds });
}
