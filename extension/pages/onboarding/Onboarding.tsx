/** The first set-up: five steps, one of them open. */
import type { ComponentChildren } from "preact";
import { Announcement } from "../../../shared/ui/status/StatusNotice.tsx";
import { say } from "../../../shared/words/say.ts";
import type { View } from "../../../shared/view.ts";
import { Copied } from "../form/Copied.tsx";
import { gatewayOf } from "../form/describe_fields.ts";
import { CHANGE, HEADINGS, LEAD, OPTIONAL, READY, STATES, STEPS_LABEL, TITLE } from "./describe_onboarding.ts";
import { AllowStep, ConnectStep, TestStep } from "./ConnectionSteps.tsx";
import { ChatStep, PinStep } from "./PlaceSteps.tsx";
import type { SetUp } from "./set_up.ts";
import { stateOf, type Step, STEPS, type StepState } from "./steps.ts";

interface OnboardingProps {
  view: View;
  setUp: SetUp;
  /** Whose toolbar the hint describes. */
  browser: "chromium" | "firefox";
  /** Names of the settings that the organization has set. */
  managed: ReadonlySet<string>;
}

export function Onboarding({ view, setUp, browser, managed }: OnboardingProps) {
  const parts: Record<Step, ComponentChildren> = {
    connect: <ConnectStep setUp={setUp} managed={managed} />,
    allow: <AllowStep setUp={setUp} />,
    test: <TestStep setUp={setUp} />,
    pin: <PinStep setUp={setUp} browser={browser} />,
    chat: <ChatStep setUp={setUp} view={view} managed={managed} />,
  };
  return (
    <main class="page onboarding">
      <header>
        <h1>{say(TITLE)}</h1>
        <p class="muted">{say(LEAD)}</p>
        <Announcement view={view} />
      </header>
      <ol class="steps" aria-label={say(STEPS_LABEL)}>
        {STEPS.map((step) => <StepRow key={step} step={step} setUp={setUp}>{parts[step]}</StepRow>)}
      </ol>
      {setUp.step === "ready" && <Ready view={view} setUp={setUp} />}
    </main>
  );
}

function StepRow({ step, setUp, children }: { step: Step; setUp: SetUp; children: ComponentChildren }) {
  const state = stateOf(step, setUp.step, setUp.notes);
  const isFinished = state === "done" || state === "skipped";
  return (
    <li class={`step ${state}`} aria-current={state === "current" ? "step" : undefined}>
      <Mark state={state} number={STEPS.indexOf(step) + 1} />
      <div class="what">
        <h2 id={`step-${step}`} tabIndex={-1}>
          {say(HEADINGS[step])}
          {step === "chat" && state !== "done" && <small>{say(OPTIONAL)}</small>}
          <span class="spoken">{say(STATES[state])}</span>
        </h2>
        {isFinished && <p class="muted note">{setUp.notes[step]?.text}</p>}
        {state === "current" && children}
      </div>
      {isFinished && step !== "allow" && step !== "test" && (
        <button
          type="button"
          class="button quiet"
          aria-label={say("Change: {step}", { step: say(HEADINGS[step]) })}
          onClick={() => setUp.open(step)}
        >
          {say(CHANGE)}
        </button>
      )}
    </li>
  );
}

/** The step's number; a tick once it is done, a dash where it was skipped. */
function Mark({ state, number }: { state: StepState; number: number }) {
  if (state !== "done" && state !== "skipped") return <span class="mark" aria-hidden="true">{number}</span>;
  return (
    <svg class="mark" viewBox="0 0 28 28" aria-hidden="true">
      <path d={state === "done" ? "M8 14.6l4.2 4.2L20.4 10" : "M9 14h10"} />
    </svg>
  );
}

function Ready({ view, setUp }: { view: View; setUp: SetUp }) {
  return (
    <section class="card ready" aria-labelledby="step-ready">
      <h2 id="step-ready" tabIndex={-1}>{say(READY.heading)}</h2>
      <p>{say(READY.text)}</p>
      <Copied text={gatewayOf(view)} label={say("Copy the base URL")} />
      <div class="buttons">
        <button type="button" class="button primary" onClick={() => setUp.deps.finish()}>{say(READY.submit)}</button>
      </div>
    </section>
  );
}
