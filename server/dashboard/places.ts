/** Every place of the dashboard: who may open it, and its code, which loads when it is opened. */
import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import type { PlaceId } from "./place_ids.ts";

interface Place {
  /** Path of its sign, in a box of 20 × 20. */
  icon: string;
  /** Whether only admins may open it. */
  admin?: true;
  load: () => Promise<{ Page: FunctionComponent }>;
}

export const PLACES: Readonly<Record<PlaceId, Place>> = {
  overview: {
    icon: "M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z",
    load: () => import("./places/Overview.tsx"),
  },
  workspace: {
    icon: "M3 3v14h14M6.5 13V9M10.5 13V5.5M14.5 13v-5",
    load: () => import("./places/Workspace.tsx"),
  },
  attempts: {
    icon: "M3 5h14M3 10h14M3 15h9",
    load: () => import("./places/Attempts.tsx"),
  },
  limits: {
    icon: "M4 3v14M10 3v14M16 3v14M2 7h4M8 12h4M14 6h4",
    admin: true,
    load: () => import("./places/Limits.tsx"),
  },
  keys: {
    icon: "M3 13.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M9 11l8-8M14 6l2.5 2.5",
    admin: true,
    load: () => import("./places/Keys.tsx"),
  },
  audit: {
    icon: "M5 2.5h10v15H5zM8 6.5h4M8 10h4M8 13.5h2",
    admin: true,
    load: () => import("./places/Audit.tsx"),
  },
};

/** The pages that are loaded; `null` for one that could not be. */
export const pages = signal<Partial<Record<PlaceId, FunctionComponent | null>>>({});

/** Loads a place's page, once. */
export async function openPlace(id: PlaceId): Promise<void> {
  if (pages.value[id]) return;
  const page = await PLACES[id].load().then(({ Page }) => Page, () => null);
  pages.value = { ...pages.value, [id]: page };
}
