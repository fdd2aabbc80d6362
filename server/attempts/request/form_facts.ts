/** Model and stream of a request that travels as a form: audio and pictures do. */

/** What a form says of itself. */
interface FormFacts {
  model: string | null;
  stream: boolean;
}

/** Reads a form as `fetch` takes it. */
export function formFacts(form: FormData): FormFacts {
  const model = form.get("model");
  return {
    model: typeof model === "string" && model ? model.slice(0, 200) : null,
    stream: form.get("stream") === "true",
  };
}

/** Looked at of each end of a form in bytes: small fields stand before or after its file. */
const LOOKED_AT = 16 << 10;

/** One small field: its name, then a blank line, then its value. */
const FIELD = /name="?(model|stream)"?(?:\r?\n[^\r\n]+)*\r?\n\r?\n([^\r\n]{1,200})\r?\n/g;

/**
 * Reads a form as it travels, without its files.
 *
 * @param body its bytes.
 */
export function formFactsOfBytes(body: Uint8Array): FormFacts {
  const whole = body.byteLength <= 2 * LOOKED_AT;
  const ends = whole ? [body] : [body.subarray(0, LOOKED_AT), body.subarray(-LOOKED_AT)];
  const facts: FormFacts = { model: null, stream: false };
  for (const [, name, value] of ends.map((end) => latin1.decode(end)).join("\n\n").matchAll(FIELD)) {
    if (name === "model") facts.model ??= value;
    else facts.stream = value === "true";
  }
  return facts;
}

const latin1 = new TextDecoder("latin1");
