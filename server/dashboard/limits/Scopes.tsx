/** Every scope with rules of one kind, and a field that adds one. */
import { useRef } from "preact/hooks";
import { AddPart } from "./AddPart.tsx";
import { type EditedRules, type Scope, scopesOf, withPart } from "./draft.ts";
import { type Inherited, ScopeFields } from "./ScopeFields.tsx";

interface ScopesProps<Own> {
  kind: "enforced" | "observed";
  own: Own;
  inheritedBy: (scope: Scope) => Inherited;
  change: (own: Own) => void;
}

export function Scopes<Own extends EditedRules>({ kind, own, inheritedBy, change }: ScopesProps<Own>) {
  const adding = useRef<HTMLDivElement>(null);
  const remove = (scope: Scope) => {
    if (scope.part !== null) change(withPart(own, scope.part, scope.name, false));
    // The button that had the focus is gone.
    adding.current!.querySelector("input")!.focus();
  };
  return (
    <>
      {scopesOf(own).map((scope) => (
        <ScopeFields
          key={JSON.stringify(scope)}
          {...{ kind, scope, own, inherited: inheritedBy(scope), change }}
          remove={() => remove(scope)}
        />
      ))}
      <div ref={adding}>
        <AddPart add={(part, name) => change(withPart(own, part, name, true))} />
      </div>
    </>
  );
}
