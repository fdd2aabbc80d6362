/** Temporary raises: higher limits and budgets of the whole workspace until a time. */
import { useRef, useState } from "preact/hooks";
import type { OwnLimits } from "../../../shared/limits.ts";
import { say } from "../../../shared/words/say.ts";
import { localZone } from "../data/local_time.ts";
import { now } from "../data/now.ts";
import { RaiseFields } from "./RaiseFields.tsx";
import { MAX_RAISES, newRaise, type Raise, withRaises } from "./raises.ts";
import { Section } from "./Section.tsx";

interface RaisesProps {
  own: OwnLimits;
  change: (own: OwnLimits) => void;
}

export function Raises({ own, change }: RaisesProps) {
  const { section, raises, keys, add, replace, remove } = useRaises({ own, change });
  return (
    <Section
      of={section}
      title={say("Temporary raises")}
      lead={say(
        "Higher limits for the whole workspace until a time, in your time zone, {zone}. A value that is not higher changes nothing.",
        { zone: localZone() },
      )}
    >
      {raises.map((raise, at) => (
        <RaiseFields
          key={keys[at]}
          raise={raise}
          change={(raise) => replace(at, raise)}
          remove={() => remove(at)}
        />
      ))}
      <p>
        <button type="button" class="button" aria-disabled={raises.length >= MAX_RAISES} onClick={add}>
          {say("Add a raise")}
        </button>
      </p>
    </Section>
  );
}

/** The raises, each with a key: what is typed stays in its fields when another raise is removed. */
function useRaises({ own, change }: RaisesProps) {
  const raises = own.raises ?? [];
  const [keys, setKeys] = useState(() => raises.map((_, at) => at));
  const section = useRef<HTMLElement>(null);
  const set = (raises: readonly Raise[]) => change(withRaises(own, raises));
  const focusLast = (selector: string) =>
    requestAnimationFrame(() => [...section.current?.querySelectorAll<HTMLElement>(selector) ?? []].at(-1)?.focus());
  const add = () => {
    if (raises.length >= MAX_RAISES) return;
    setKeys([...keys, 1 + Math.max(-1, ...keys)]);
    set([...raises, newRaise(now.peek())]);
    focusLast("input[type=datetime-local]");
  };
  const remove = (at: number) => {
    setKeys(keys.toSpliced(at, 1));
    set(raises.toSpliced(at, 1));
    focusLast("section > p > button");
  };
  return { section, raises, keys, add, remove, replace: (at: number, raise: Raise) => set(raises.with(at, raise)) };
}
