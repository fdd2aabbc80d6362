/** A drawing of the browser's toolbar with its list of extensions: where the pin (Chromium) or the gear (Firefox) is. */
import { Shape } from "../../../shared/ui/status/Shape.tsx";

interface ToolbarPictureProps {
  browser: "chromium" | "firefox";
}

const PUZZLE =
  "M3 6.5h3.2a1.8 1.8 0 1 1 3.4 0H13v3.6a1.8 1.8 0 1 1 0 3.4V17H9.4a1.8 1.8 0 1 0-3.2 0H3v-3.6a1.8 1.8 0 1 0 0-3.3z";
const PIN = "M6 2h8l-1.2 1.6V9l2.2 2.4v1.4h-4.2V18l-.8 1-.8-1v-5.2H5v-1.4L7.2 9V3.6z";
const GEAR =
  "M10 4.8a5.2 5.2 0 1 0 0 10.4 5.2 5.2 0 0 0 0-10.4zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM10 2.2v2.6M10 15.2v2.6M2.2 10h2.6M15.2 10h2.6M4.5 4.5l1.8 1.8M13.7 13.7l1.8 1.8M15.5 4.5l-1.8 1.8M6.3 13.7l-1.8 1.8";

export function ToolbarPicture({ browser }: ToolbarPictureProps) {
  return (
    <div class="toolbar-picture" aria-hidden="true">
      <div class="bar-row">
        <span class="omnibox" />
        <svg class="ring" viewBox="0 0 20 20">
          <path d={PUZZLE} />
        </svg>
      </div>
      <div class="list">
        <div class="entry">
          <Shape state="normal" />
          <span>Quota Gauge</span>
          <svg class="ring" viewBox="0 0 20 20">
            <path d={browser === "chromium" ? PIN : GEAR} />
          </svg>
        </div>
      </div>
    </div>
  );
}
