/** A view of an object in which some members are replaced. The object itself stays as it is, and may be frozen. */

/**
 * Returns a proxy of `original` with the members of `own`. Methods of its class are called on the original, because they may
 * use private fields.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { overlay } from "./overlay.ts";
 *
 * const frozen = Object.freeze({ status: 200, text: () => "a" });
 * const changed = overlay(frozen, { text: () => "b" });
 * assert.deepEqual([changed.status, changed.text()], [200, "b"]);
 * ```
 */
export function overlay<T extends object>(original: T, own: object): T {
  const member = (name: PropertyKey) => Object.hasOwn(own, name) ? Reflect.get(own, name) : memberOf(original, name);
  // The target is empty, because a proxy may not change the members of a frozen target.
  return new Proxy(Object.create(Object.getPrototypeOf(original)) as T, {
    get: (_, name) => member(name),
    has: (_, name) => Object.hasOwn(own, name) || Reflect.has(original, name),
    set: (_, name, value) => Reflect.set(Object.hasOwn(own, name) ? own : original, name, value),
    deleteProperty: (_, name) => Reflect.deleteProperty(original, name),
    ownKeys: () => Reflect.ownKeys(original),
    getOwnPropertyDescriptor: (_, name) => {
      const described = Reflect.getOwnPropertyDescriptor(original, name);
      if (!described) return undefined;
      return { value: member(name), enumerable: described.enumerable, writable: true, configurable: true };
    },
  });
}

function memberOf(original: object, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(original, name, original);
  if (typeof value !== "function" || name === "constructor") return value;
  // A plain object's function sees the replaced members, too.
  return Object.hasOwn(original, name) ? value : value.bind(original);
}
