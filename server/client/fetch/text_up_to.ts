/** The text of a body, cut after `most` bytes; what is left is not read. */
export async function textUpTo(response: Response, most: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    text += decoder.decode(bytes > most ? chunk.subarray(0, chunk.byteLength - (bytes - most)) : chunk, {
      stream: true,
    });
    if (bytes >= most) break;
  }
  return text + decoder.decode();
}
