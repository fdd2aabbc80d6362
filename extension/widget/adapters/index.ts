/** The adapters, in the order in which a page at an unknown address is tried. */
import type { Adapter } from "./adapter.ts";
import { anythingLlm } from "./anything_llm.ts";
import { chatGpt } from "./chat_gpt.ts";
import { elementWeb } from "./element.ts";
import { hfChatUi } from "./hf_chat_ui.ts";
import { libreChat } from "./libre_chat.ts";
import { lobeHub } from "./lobe_hub.ts";
import { mattermost } from "./mattermost.ts";
import { openWebUi } from "./open_webui.ts";
import { rocketChat } from "./rocket_chat.ts";
import { theLounge } from "./the_lounge.ts";
import { zulip } from "./zulip.ts";

/** Names that several applications share come last. */
export const ADAPTERS: readonly Adapter[] = [
  chatGpt,
  openWebUi,
  libreChat,
  mattermost,
  zulip,
  elementWeb,
  theLounge,
  anythingLlm,
  rocketChat,
  lobeHub,
  hfChatUi,
];
