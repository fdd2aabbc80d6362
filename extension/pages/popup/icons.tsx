/** Line icons of 16 pixels. The name is on the button that shows one. */

const PATHS = {
  chevron: "M4.5 6.5L8 10l3.5-3.5",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v3h-3",
  more: "M3.5 8v.1M8 8v.1M12.5 8v.1",
} as const;

export function Icon({ of }: { of: keyof typeof PATHS }) {
  return (
    <svg class={`icon ${of}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[of]} />
    </svg>
  );
}
