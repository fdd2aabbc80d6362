/** The toast's own texts; the rest of its words come with the notice. */
export const TOAST_TEXTS = { open: "Show quota", dismiss: "Dismiss" } as const;
