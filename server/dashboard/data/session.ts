/** Who is signed in. */
import { signal } from "@preact/signals";
import type { Session } from "../../../shared/access.ts";
import { ApiError, onSignedOut, request } from "./api.ts";

type SessionState =
  | { state: "loading" }
  | { state: "out" }
  | { state: "failed"; error: ApiError }
  | { state: "in"; session: Session };

export const session = signal<SessionState>({ state: "loading" });

const CURRENT = "api/quota/sessions/current";

// In personal mode a route for admins refuses too, and the reader stays signed in.
onSignedOut(() => {
  if (session.value.state === "in" && session.value.session.kind !== "personal") session.value = { state: "out" };
});

/** Whether the reader may change keys and limits. */
export function isAdmin(): boolean {
  return session.value.state === "in" && session.value.session.kind === "admin";
}

/** Asks who is signed in. Never throws. */
export async function loadSession(): Promise<void> {
  try {
    session.value = { state: "in", session: await request<Session>(CURRENT) };
  } catch (error) {
    const isOut = error instanceof ApiError && (error.status === 401 || error.status === 403);
    session.value = isOut ? { state: "out" } : { state: "failed", error: error as ApiError };
  }
}

/** Never throws: a session that the service no longer knows has ended. */
export async function signOut(): Promise<void> {
  await request(CURRENT, { method: "DELETE" }).catch(() => {});
  session.value = { state: "loading" };
  await loadSession();
}
