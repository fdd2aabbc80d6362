/** A part of the form with a heading of its own. */
import type { ComponentChildren, Ref } from "preact";
import { useId } from "preact/hooks";

interface SectionProps {
  title: string;
  /** What its fields do. */
  lead?: string;
  of?: Ref<HTMLElement>;
  children: ComponentChildren;
}

export function Section({ title, lead, of, children }: SectionProps) {
  const id = useId();
  return (
    <section ref={of} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {lead && <p class="muted">{lead}</p>}
      </header>
      {children}
    </section>
  );
}
