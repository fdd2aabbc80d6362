import { assertEquals } from "../../../tests/support/assert.ts";
import { formFacts, formFactsOfBytes } from "./form_facts.ts";

function form(fields: Record<string, string>, file: Uint8Array<ArrayBuffer>): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields).slice(0, 1)) made.append(name, value);
  made.append("file", new File([file], 'a "model".mp3'));
  for (const [name, value] of Object.entries(fields).slice(1)) made.append(name, value);
  return made;
}

Deno.test("a form has the same facts as an object and as bytes, whatever the size of its file", async () => {
  const told: [Record<string, string>, string | null, boolean][] = [
    [{ model: "gpt-4o-transcribe", stream: "true" }, "gpt-4o-transcribe", true],
    [{ prompt: "p", model: "whisper-1" }, "whisper-1", false],
    [{ prompt: "model" }, null, false],
    [{ a: "1", model: "" }, null, false],
  ];
  for (const [fields, model, stream] of told) {
    for (const size of [0, 10, 100_000]) {
      const made = form(fields, new Uint8Array(size));
      const bytes = new Uint8Array(await new Response(made).arrayBuffer());
      assertEquals(formFacts(made), { model, stream });
      assertEquals(formFactsOfBytes([bytes]), { model, stream }, `${JSON.stringify(fields)}, ${size}`);
    }
  }
});

Deno.test("a body that is not a form has no facts", () => {
  for (const bytes of [new Uint8Array(0), new TextEncoder().encode('name="model"'), new Uint8Array(50_000)]) {
    assertEquals(formFactsOfBytes([bytes]), { model: null, stream: false });
  }
});
