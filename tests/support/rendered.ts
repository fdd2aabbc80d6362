/** What a component draws, as data. It works without a browser for components that use no hooks. */
import type { ComponentChildren, VNode } from "preact";

/** One element. */
export interface Rendered {
  tag: string;
  /** Its attributes and listeners. */
  props: Record<string, unknown>;
  /** Its whole text. */
  text: string;
}

/**
 * The elements that a component draws, each before those inside it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { h } from "preact";
 * import { rendered } from "./rendered.ts";
 *
 * const Greeting = ({ name }: { name: string }) => h("p", { class: "big" }, "Hello ", h("b", null, name));
 * const [p, b] = rendered(h(Greeting, { name: "Ada" }));
 * assert.deepEqual([p.props, p.text, b.text], [{ class: "big" }, "Hello Ada", "Ada"]);
 * ```
 */
export function rendered(node: ComponentChildren): Rendered[] {
  return draw(node).elements;
}

/** The elements with a class. */
export function withClass(elements: Rendered[], name: string): Rendered[] {
  return elements.filter(({ props }) => String(props.class ?? "").split(" ").includes(name));
}

/** Clicks the button with this text. */
export function click(elements: Rendered[], text: string): void {
  const button = elements.find((element) => element.tag === "button" && element.text === text);
  (button!.props.onClick as () => void)();
}

interface Drawn {
  elements: Rendered[];
  text: string;
}

function draw(node: ComponentChildren): Drawn {
  if (Array.isArray(node)) return joined(node.map(draw));
  if (node === null || node === undefined || typeof node === "boolean") return joined([]);
  // A space that does not break is a matter of layout.
  if (typeof node !== "object") return { elements: [], text: String(node).replaceAll("\u00a0", " ") };
  const { type, props: { children, ...props } } = node as VNode<Record<string, unknown>>;
  if (typeof type === "function") {
    return draw((type as (props: unknown) => ComponentChildren)({ ...props, children }));
  }
  const { elements, text } = draw(children as ComponentChildren);
  return { elements: [{ tag: type, props, text }, ...elements], text };
}

function joined(parts: Drawn[]): Drawn {
  return { elements: parts.flatMap(({ elements }) => elements), text: parts.map(({ text }) => text).join("") };
}
