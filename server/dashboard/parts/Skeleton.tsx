/** Grey lines where data will stand, of its final height, so that nothing moves when it comes. */
import { say } from "../../../shared/words/say.ts";

interface SkeletonProps {
  rows: number;
  /** Of each row, in pixels; that of a table's row by default. */
  height?: number;
}

export function Skeleton({ rows, height = 41 }: SkeletonProps) {
  return (
    <div class="skeleton" role="status">
      <span class="spoken">{say("Loading…")}</span>
      {Array.from({ length: rows }, (_, at) => <div key={at} style={{ height: `${height}px` }} />)}
    </div>
  );
}
