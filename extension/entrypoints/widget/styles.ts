/** The widget's style sheet as text, packed into the script: a page's CSP would keep a fetched one out. */

declare global {
  interface ImportMeta {
    /** Vite's. An `import "….css?inline"` would do the same, but only Vite could resolve it. */
    glob(pattern: string, options: { query: string; import: string; eager: true }): Record<string, string>;
  }
}

export const styles: string = Object.values(
  import.meta.glob("../../ui/widget/widget.css", { query: "?inline", import: "default", eager: true }),
).join("\n");
