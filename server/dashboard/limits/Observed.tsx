/** The rules that are observed: they refuse nothing. */
import { useRef } from "preact/hooks";
import type { OwnLimits } from "../../../shared/limits.ts";
import { say } from "../../../shared/words/say.ts";
import { Section } from "./Section.tsx";
import { Scopes } from "./Scopes.tsx";

/** Rules for observation come from the limits file alone, whose default the service does not show. */
const NOT_KNOWN = { limits: {}, budgets: {} };

interface ObservedProps {
  own: OwnLimits;
  change: (own: OwnLimits) => void;
}

export function Observed({ own, change }: ObservedProps) {
  const section = useRef<HTMLElement>(null);
  const { shadow, ...rest } = own;
  const set = (shadow: OwnLimits["shadow"]) => change({ ...rest, ...shadow && { shadow } });
  const toggle = () => {
    set(shadow ? undefined : {});
    // One button replaces the other.
    requestAnimationFrame(() => section.current?.querySelector<HTMLElement>("select, button")?.focus());
  };
  return (
    <Section
      of={section}
      title={say("Observed only")}
      lead={say("These rules refuse nothing: the status counts the calls that they would have refused.")}
    >
      {shadow && <Scopes kind="observed" own={shadow} inheritedBy={() => NOT_KNOWN} change={set} />}
      <p>
        <button type="button" class="button" onClick={toggle}>
          {shadow ? say("Remove all observed rules") : say("Add observed rules")}
        </button>
      </p>
    </Section>
  );
}
