/** The frame of every place: the rail, the page, and notices. */
import { useEffect } from "preact/hooks";
import { say } from "../../shared/words/say.ts";
import { isAdmin, loadSession, session, signOut } from "./data/session.ts";
import { Link } from "./parts/Link.tsx";
import { NeedsAdmin } from "./parts/NeedsAdmin.tsx";
import { Skeleton } from "./parts/Skeleton.tsx";
import { Failure } from "./parts/States.tsx";
import { Toasts } from "./parts/Toasts.tsx";
import { PLACE_IDS, PLACE_TITLES } from "./place_ids.ts";
import { openPlace, pages, PLACES } from "./places.ts";
import { route } from "./router.ts";
import { SignIn } from "./SignIn.tsx";

export function Shell() {
  const { place } = route.value;
  useEffect(() => void openPlace(place), [place]);
  const title = say(PLACE_TITLES[place]);
  useEffect(() => void (document.title = `${title} · Quota Gauge`), [title]);
  if (session.value.state === "out") return <SignIn />;
  return (
    <div class="frame">
      <a class="skip" href="#page" onClick={(event) => focusPage(event)}>{say("Skip to the page")}</a>
      <Rail />
      <main id="page" tabIndex={-1}>
        <h1>{title}</h1>
        <Place />
      </main>
      <Toasts />
    </div>
  );
}

/** A link with a hash would change the address, which holds the view. */
function focusPage(event: Event): void {
  event.preventDefault();
  document.getElementById("page")!.focus();
}

function Rail() {
  const { state } = session.value;
  const signedIn = state === "in" && session.value.session.expires_at !== null;
  return (
    <header class="rail">
      <p class="brand">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3 14a7 7 0 1 1 14 0M10 14l4-5" />
        </svg>
        Quota Gauge
      </p>
      <nav aria-label={say("Places")}>
        <ul>
          {PLACE_IDS.map((id) => (
            <li key={id}>
              <Link to={{ place: id }} current={route.value.place === id}>
                <svg viewBox="0 0 20 20" aria-hidden="true">
                  <path d={PLACES[id].icon} />
                </svg>
                <span>{say(PLACE_TITLES[id])}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div class="foot">
        <a href="docs">{say("API documentation")}</a>
        {signedIn && (
          <button type="button" class="button quiet" onClick={() => void signOut()}>{say("Sign out")}</button>
        )}
      </div>
    </header>
  );
}

/** The open place; its skeleton while its code or the session is on the way. */
function Place() {
  const { place } = route.value;
  const who = session.value;
  const Page = pages.value[place];
  if (who.state === "failed") return <Failure error={who.error} retry={() => void loadSession()} />;
  if (Page === null) return <Failure error={null} retry={() => void openPlace(place)} />;
  if (who.state !== "in" || Page === undefined) return <Skeleton rows={6} />;
  if (PLACES[place].admin && !isAdmin()) return <NeedsAdmin />;
  return <Page />;
}
