/** Drags the pill to a corner of the window, by pointer or with Shift and an arrow key. */
import { type Corner, cornerTowards, nearestCorner } from "./seat/geometry.ts";

/** A pointer that has moved less than this has clicked. */
const CLICK_PX = 6;

interface DragHooks {
  /** The corner from which an arrow key moves. */
  corner(): Corner;
  onMove(corner: Corner): void;
}

/** Makes `pill` draggable until `signal` aborts. A drag is not followed by a click. */
export function makeDraggable(pill: HTMLElement, { corner, onMove }: DragHooks, signal: AbortSignal): void {
  pill.addEventListener("pointerdown", (down) => down.button === 0 && follow(down), { signal });
  pill.addEventListener("keydown", (event) => {
    if (!event.shiftKey || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    onMove(cornerTowards(corner(), event.key));
  }, { signal });

  function follow(down: PointerEvent): void {
    const end = new AbortController();
    const during = { signal: AbortSignal.any([end.signal, signal]), capture: true };
    let moved = false;
    pill.setPointerCapture(down.pointerId);
    pill.addEventListener("pointermove", ({ clientX, clientY }) => {
      const [x, y] = [clientX - down.clientX, clientY - down.clientY];
      moved ||= Math.hypot(x, y) >= CLICK_PX;
      if (moved) pill.style.transform = `translate(${x}px, ${y}px)`;
    }, during);
    for (const type of ["pointerup", "pointercancel"] as const) {
      pill.addEventListener(type, ({ clientX, clientY }) => {
        end.abort();
        pill.style.transform = "";
        if (!moved) return;
        pill.addEventListener("click", (click) => click.stopImmediatePropagation(), {
          capture: true,
          once: true,
          signal,
        });
        if (type === "pointerup") onMove(nearestCorner(clientX, clientY, { width: innerWidth, height: innerHeight }));
      }, during);
    }
  }
}
