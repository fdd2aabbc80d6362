/** A link to another view. A plain click opens it without loading the page again. */
import type { ComponentChildren } from "preact";
import { hrefOf, navigate, type Route } from "../router.ts";

interface LinkProps {
  to: Partial<Route>;
  /** Whether this is the view that is open. */
  current?: boolean;
  class?: string;
  children: ComponentChildren;
}

export function Link({ to, current, class: name, children }: LinkProps) {
  const open = (event: MouseEvent) => {
    // Other clicks open a tab or a menu.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={hrefOf(to)} class={name} aria-current={current ? "page" : undefined} onClick={open}>{children}</a>;
}
