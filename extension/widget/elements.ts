/** Elements made by hand, for the pill. */

/** An element of a page, for example `element("button", { type: "button" })`. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[Name] {
  return dressed(document.createElement(name), attributes);
}

/** An element of a drawing. */
export function drawn(name: "svg" | "path", attributes: Record<string, string>): SVGElement {
  return dressed(document.createElementNS("http://www.w3.org/2000/svg", name), attributes);
}

function dressed<Any extends Element>(element: Any, attributes: Record<string, string>): Any {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
}
