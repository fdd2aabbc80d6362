/** Loading, error, offline and empty: the states of data other than data itself. */
import type { ComponentChildren, JSX } from "preact";
import { say } from "../../../shared/words/say.ts";
import type { ApiError } from "../data/api.ts";
import type { Resource } from "../data/resource.ts";
import { Copied } from "./Copied.tsx";

interface LoadedProps<T> {
  of: Resource<T>;
  /** Shown until the first data comes; of the final size. */
  skeleton: JSX.Element;
  children: (data: T) => ComponentChildren;
}

/** Data, or why there is none. Data that can no longer be refreshed stays, under a line that says so. */
export function Loaded<T>({ of, skeleton, children }: LoadedProps<T>) {
  const { data, state, error, refresh } = of;
  if (data === null) return error ? <Failure error={error} retry={refresh} /> : skeleton;
  return (
    <div class={state === "ready" ? undefined : "outdated"}>
      {state !== "ready" && <Failure error={error} retry={refresh} />}
      {children(data)}
    </div>
  );
}

/** @param error `null`: a part of the page could not be loaded. */
export function Failure({ error, retry }: { error: ApiError | null; retry: () => void }) {
  const isOffline = error === null || error.isOffline;
  return (
    <div class={`banner ${isOffline ? "tone-unsure" : "tone-warning"}`} role="alert">
      <p>
        <strong>
          {isOffline ? say("Cannot reach {host}", { host: location.host }) : say("The service refused this request")}
        </strong>
        {!isOffline && <span dir="auto">{error.message}</span>}
      </p>
      <button type="button" class="button" onClick={retry}>{say("Retry now")}</button>
    </div>
  );
}

interface EmptyProps {
  title: string;
  children?: ComponentChildren;
  /** A command that fills the place. */
  command?: string;
}

/** Says how to fill a place that has nothing yet. */
export function Empty({ title, children, command }: EmptyProps) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {command && <Copied text={command} label={say("Copy the command")} />}
    </div>
  );
}
