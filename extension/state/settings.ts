/** The settings of the options page, with their defaults. They are kept in `storage.local`. */
export interface Settings {
  /** Origin and path of the service, no trailing slash; empty until the user has connected once. */
  server_url: string;
  /** A normalized workspace id. */
  workspace_id: string;
  /** An http(s) address on whose origin the widget shows. Empty for none. */
  chat_page: string;
}

export const DEFAULT_SERVER_URL = "http://127.0.0.1:8787";

export const DEFAULT_SETTINGS: Settings = { server_url: "", workspace_id: "default", chat_page: "" };

/** Key of {@link Settings} in `storage.local`. */
export const SETTINGS_KEY = "settings";
