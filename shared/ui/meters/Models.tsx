/** The models that have limits, the tightest first: three lines that unfold, the others behind a button. */
import type { View } from "../../view.ts";
import { say } from "../../words/say.ts";
import { describeModel } from "./describe_models.ts";
import { Folded } from "./Folded.tsx";
import { shortName } from "./short_name.ts";
import { Meter, type MeterForm, ReportedLine, Share, Track } from "./Meter.tsx";
import type { ModelMeters } from "./order.ts";

interface ModelsProps {
  models: ModelMeters[];
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  form: MeterForm;
}

export function Models({ models, ...rest }: ModelsProps) {
  const items = models.map((each) => <Model key={each.model} of={each} {...rest} />);
  return (
    <section class="models" aria-label={say("Models")}>
      <Folded items={items} />
    </section>
  );
}

interface ModelProps extends Omit<ModelsProps, "models"> {
  of: ModelMeters;
}

function Model({ of, view, now, form }: ModelProps) {
  const status = view.status!;
  const { limit, tone, percent, spoken, ...bar } = describeModel(of, status);
  return (
    <li>
      <details class={`model tone-${tone}`}>
        <summary>
          <span class="row" aria-hidden="true">
            <span class="name" title={of.model}>{shortName(of.model)}</span>
            <span class="limit">{limit}</span>
            <Share percent={percent} form={{ ...form, onShare: undefined }} />
          </span>
          <span class="bar" aria-hidden="true">
            <Track {...bar} warnAt={status.warning_ratio} />
          </span>
          <span class="spoken">{`${of.model}: ${spoken}`}</span>
        </summary>
        <ul class="limits">
          {of.meters.map((meter) => <Meter key={meter.name} of={meter} inModel view={view} now={now} form={form} />)}
        </ul>
        {of.reports.map((report) => (
          <ReportedLine
            key={report.unit}
            report={report}
            isPoolKnown
            view={view}
            now={now}
          />
        ))}
      </details>
    </li>
  );
}
