/**
 * The part of Preact that the panel uses, in a fifth of its size: the element is bundled with this file in its place. A
 * component that needs another part, such as a hook, does not build.
 */

type Props = Record<string, unknown>;
type Component = (props: Props) => Child;
type Child = Drawn | string | number | boolean | null | undefined | Child[];

/** An element or a component, as JSX makes it. */
interface Drawn {
  type: string | Component;
  props: Props;
  key: unknown;
}

const SVG = "http://www.w3.org/2000/svg";

/** What an element was last drawn from. */
const drawn = new WeakMap<Node, Drawn>();

/** Called by compiled JSX. */
export function jsx(type: Drawn["type"], props: Props, key?: unknown): Drawn {
  return { type, props, key };
}
export { jsx as jsxs };

export function Fragment({ children }: Props): Child {
  return children as Child;
}

/** Draws into `parent`. Elements that are drawn again are kept, so that focus and transitions are. */
export function render(child: Child, parent: Node): void {
  let next = parent.firstChild;
  for (const wanted of flatten(child)) {
    const kept = firstThatFits(next, wanted);
    while (kept && next !== kept) next = removed(next!);
    const node = kept ?? parent.insertBefore(made(wanted, parent), next);
    if (kept) next = kept.nextSibling;
    if (typeof wanted !== "string") draw(node as Element, wanted);
    else if (node.nodeValue !== wanted) node.nodeValue = wanted;
  }
  while (next) next = removed(next);
}

/** The elements and texts of a child: components are called, and what shows nothing is left out. */
function flatten(child: Child): (Drawn | string)[] {
  if (Array.isArray(child)) return child.flatMap(flatten);
  if (child === null || child === undefined || typeof child === "boolean") return [];
  if (typeof child !== "object") return [String(child)];
  return typeof child.type === "function" ? flatten(child.type(child.props)) : [child];
}

function firstThatFits(from: Node | null, wanted: Drawn | string): ChildNode | null {
  let node = from;
  while (node && !fits(node, wanted)) node = node.nextSibling;
  return node as ChildNode | null;
}

function fits(node: Node, wanted: Drawn | string): boolean {
  const before = drawn.get(node);
  if (typeof wanted === "string") return before === undefined;
  return before?.type === wanted.type && before.key === wanted.key;
}

function made(wanted: Drawn | string, parent: Node): Node {
  if (typeof wanted === "string") return document.createTextNode(wanted);
  const isSvg = wanted.type === "svg" || (parent as Element).namespaceURI === SVG;
  return isSvg ? document.createElementNS(SVG, wanted.type as string) : document.createElement(wanted.type as string);
}

function removed(node: ChildNode): ChildNode | null {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function draw(element: Element, wanted: Drawn): void {
  const before = drawn.get(element)?.props ?? {};
  const { props } = wanted;
  for (const name in { ...before, ...props }) {
    if (name !== "children" && before[name] !== props[name]) {
      setProp(element as HTMLElement, name, props[name]);
    }
  }
  drawn.set(element, wanted);
  render(props.children as Child, element);
}

function setProp(element: HTMLElement, name: string, value: unknown): void {
  if (name === "style") Object.assign(element.style, { cssText: "" }, value);
  else if (name.startsWith("on")) Object.assign(element, { [name.toLowerCase()]: value ?? null });
  // `aria-` and `data-` attributes say "false".
  else if (value === null || value === undefined || (value === false && name[4] !== "-")) element.removeAttribute(name);
  else element.setAttribute(name, value === true && name[4] !== "-" ? "" : `${value}`);
}
