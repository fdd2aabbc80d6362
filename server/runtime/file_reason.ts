/** Why the system refused an operation on a file, in words: Deno and Node tell it in codes and names of calls. */

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file or folder",
  NotFound: "there is no such file or folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  NotADirectory: "a part of its path is a file, not a folder",
  EISDIR: "it is a folder, not a file",
  IsADirectory: "it is a folder, not a file",
  EACCES: "this user has no permission for it",
  EPERM: "this user has no permission for it",
  PermissionDenied: "this user has no permission for it",
  EEXIST: "it exists already",
  AlreadyExists: "it exists already",
  ENOSPC: "its disk is full",
  EDQUOT: "this user has used all of the disk's space that they may",
  EROFS: "its disk is read-only",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "it is a symbolic link that leads back to itself",
  EIO: "its disk fails",
  EBUSY: "another program uses it",
};

/**
 * The reason for an error, as it stands after "Cannot read FILE: ". An error with another code keeps its own message.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fileReason } from "./file_reason.ts";
 *
 * try {
 *   Deno.readTextFileSync("no/such/file");
 * } catch (error) {
 *   assert.equal(fileReason(error), "there is no such file or folder");
 * }
 * ```
 */
export function fileReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  // Deno's message advises flags, which the commands of this project set by themselves.
  const [, missing] = /^Requires (\w+ access to .+?), run again/.exec(error.message) ?? [];
  if (missing) return `this program was started without ${missing}`;
  return REASONS[String(code)] ?? REASONS[error.name] ?? error.message;
}
