/** Reads `model` and `stream` from multipart forms, which audio and image requests use. */
import { edgesOf } from "../answer/body_parts.ts";

interface FormFacts {
  model: string | null;
  stream: boolean;
}

/** Reads a `FormData`, before it is encoded. */
export function formFacts(form: FormData): FormFacts {
  const model = form.get("model");
  return {
    model: typeof model === "string" && model ? model.slice(0, 200) : null,
    stream: form.get("stream") === "true",
  };
}

/** Bytes read at each end of an encoded form: small fields stand before or after the file. */
const END_BYTES = 16 << 10;

/** One small field: its name, a blank line, its value. */
const FIELD = /name="?(model|stream)"?(?:\r?\n[^\r\n]+)*\r?\n\r?\n([^\r\n]{1,200})\r?\n/g;

/**
 * Reads an encoded form without decoding its files.
 *
 * @param parts the form's bytes.
 */
export function formFactsOfBytes(parts: readonly Uint8Array[]): FormFacts {
  const ends = edgesOf(parts, END_BYTES);
  const facts: FormFacts = { model: null, stream: false };
  for (const [, name, value] of ends.map((end) => latin1.decode(end)).join("\n\n").matchAll(FIELD)) {
    if (name === "model") facts.model ??= value;
    else facts.stream = value === "true";
  }
  return facts;
}

const latin1 = new TextDecoder("latin1");
