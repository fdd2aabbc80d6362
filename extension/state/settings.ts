/** What the user chose on the options page: every key, its type and its default. Kept in `storage.local`. */
export interface Settings {
  /** Origin of the service, no trailing slash; empty until the user has connected once. */
  server_url: string;
  /** A folded workspace id. */
  workspace_id: string;
  /** Page on which the widget shows: an http(s) address; the widget shows on its origin. Empty for none. */
  chat_page: string;
}

export const DEFAULT_SERVER_URL = "http://127.0.0.1:8787";

export const DEFAULT_SETTINGS: Settings = { server_url: "", workspace_id: "default", chat_page: "" };

/** Key of {@link Settings} in `storage.local`. */
export const SETTINGS_KEY = "settings";
