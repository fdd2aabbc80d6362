/** The effect that limits would have had: asked for when typing stops. */
import { useEffect, useState } from "preact/hooks";
import type { OwnLimits } from "../../../../shared/limits.ts";
import type { LimitsPreview } from "../../../../shared/budgets/limits_preview.ts";
import { addressOf, type ApiError, request } from "../../data/api.ts";

/** Between the last change and the request. */
const DELAY_MS = 700;

export interface Preview {
  /** The last answer; of earlier limits while `isCurrent` is false. */
  data: LimitsPreview | null;
  error: ApiError | null;
  /** Whether the answer, or the error, is about these limits. */
  isCurrent: boolean;
  retry: () => void;
}

interface Answer extends Pick<Preview, "data" | "error"> {
  /** The question that was answered. */
  asked: string | null;
}

/**
 * @param own the limits in question; `null` asks nothing.
 * @param known the limits that the service has: other ones make another answer.
 */
export function usePreview(workspace_id: string, own: OwnLimits | null, known: OwnLimits): Preview {
  const asked = own && JSON.stringify([workspace_id, known, own]);
  const [answer, setAnswer] = useState<Answer>({ asked: null, data: null, error: null });
  const [retries, setRetries] = useState(0);
  useEffect(() => {
    if (asked === null) return;
    const controller = new AbortController();
    const timer = setTimeout(() => void ask(controller.signal), DELAY_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [asked, retries]);
  const ask = async (signal: AbortSignal) => {
    const address = addressOf("api/quota/limits/preview", { workspace_id });
    try {
      const data = await request<LimitsPreview>(address, { method: "POST", body: own, signal });
      if (!signal.aborted) setAnswer({ asked, data, error: null });
    } catch (error) {
      if (!signal.aborted) setAnswer(({ data }) => ({ asked, data, error: error as ApiError }));
    }
  };
  const retry = () => {
    setAnswer({ ...answer, asked: null, error: null });
    setRetries(retries + 1);
  };
  const { data, error } = answer;
  return { data, error: answer.asked === asked ? error : null, isCurrent: answer.asked === asked, retry };
}
