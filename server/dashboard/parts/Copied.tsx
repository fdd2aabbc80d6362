/** A text to copy, with its button. */
import { useState } from "preact/hooks";
import { say } from "../../../shared/words/say.ts";

interface CopiedProps {
  /** A command, an address or a secret. */
  text: string;
  /** The button's name: what it copies. */
  label: string;
}

/** A click selects the whole text, so that it can be copied where the button may not. */
export function Copied({ text, label }: CopiedProps) {
  const [result, setResult] = useState<"none" | "done" | "failed">("none");
  const copy = () => void navigator.clipboard.writeText(text).then(() => setResult("done"), () => setResult("failed"));
  return (
    <div class="copied">
      <code dir="ltr">{text}</code>
      <button type="button" class="button" aria-label={label} onClick={copy}>
        {result === "done" ? say("Copied") : say("Copy")}
      </button>
      <span class="spoken" role="status">
        {result === "done" && say("Copied")}
        {result === "failed" && say("The browser did not allow it: select the text and copy it.")}
      </span>
    </div>
  );
}
