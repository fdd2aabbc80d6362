/** Starts the dashboard: the reader's language first, then the page. */
import { render } from "preact";
import { startClock } from "./data/now.ts";
import { loadSession } from "./data/session.ts";
import { openPlace } from "./places.ts";
import { route, startRouter } from "./router.ts";
import { Shell } from "./Shell.tsx";
import { speakAsReader } from "./words.ts";

startRouter();
startClock();
// Both load while the language does.
void loadSession();
void openPlace(route.value.place);
await speakAsReader();
render(<Shell />, document.getElementById("app")!);
