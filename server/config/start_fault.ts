import { fileReason } from "../runtime/file_reason.ts";

/** A reason not to start that a person can fix. It is printed as one sentence, without a stack. */
export class StartFault extends Error {
  override name = "StartFault";
}

/**
 * The text for an error that is a defect: one sentence, and its stack where the log is at `debug`.
 *
 * @param doing the action that failed, as it stands after "Cannot".
 */
export function defectText(doing: string, error: unknown): string {
  if (Deno.env.get("QUOTA_LOG_LEVEL") === "debug" && error instanceof Error) return `Cannot ${doing}: ${error.stack}`;
  return `Cannot ${doing}: ${fileReason(error)}. Set QUOTA_LOG_LEVEL=debug to see where this happened`;
}

const LISTEN_REMEDIES: Record<string, string> = {
  EADDRINUSE: "it is taken. Set PORT to another",
  EACCES: "this user may not use it. Set PORT above 1023",
  EADDRNOTAVAIL: "this machine has no such address. Set HOST to 127.0.0.1",
  ENOTFOUND: "this machine has no such address. Set HOST to 127.0.0.1",
};

/** Explains the system's refusal to listen in terms of the settings; `null` for another error. */
export function listenFault(error: unknown, { host, port }: { host: string; port: number }): StartFault | null {
  const remedy = LISTEN_REMEDIES[(error as { code?: string }).code ?? ""];
  return remedy ? new StartFault(`Cannot listen on ${host}:${port}: ${remedy}`) : null;
}
