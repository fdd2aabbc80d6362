/** Elements made without Preact, for the pill. */

/** An HTML element, for example `element("button", { type: "button" })`. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[Name] {
  return withAttributes(document.createElement(name), attributes);
}

/** An SVG element. */
export function svgElement(name: "svg" | "path", attributes: Record<string, string>): SVGElement {
  return withAttributes(document.createElementNS("http://www.w3.org/2000/svg", name), attributes);
}

function withAttributes<Any extends Element>(element: Any, attributes: Record<string, string>): Any {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
}
