/** Short confirmations of what the reader did. */
import { signal } from "@preact/signals";
import { say } from "../../../shared/words/say.ts";

interface Toast {
  id: number;
  text: string;
  tone: "ok" | "warning";
}

const SHOWN_MS = 6000;

const toasts = signal<readonly Toast[]>([]);
let last = 0;

/** Shows a sentence for some seconds. */
export function notify(text: string, tone: Toast["tone"] = "ok"): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone }];
  // A fault stays until it is read.
  if (tone === "ok") setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text, tone }) => (
        <div key={id} class={`toast tone-${tone}`}>
          <p dir="auto">{text}</p>
          <button type="button" class="button quiet" onClick={() => dismiss(id)}>{say("Close|toast")}</button>
        </div>
      ))}
    </div>
  );
}
