/** The chat page: two channels without page loads between them, and a composer whose messages Ada answers. */
import { post } from "./ask.js";
import { channelLink, channelView, messageView, quotaGauge, teammate } from "./view.js";

/** The messages of a busy minute. */
const RUSH = [
  ["jonas", "Ada, what changed in the export API?"],
  ["priya", "Ada, a customer asks whether archived cards count against the limit."],
  ["tomas", "Ada, a shorter headline for the release, please."],
  ["mira", "Ada, which three risks do you see for Thursday?"],
  ["jonas", "Ada, write the rollback plan in four steps."],
  ["priya", "Ada, how do I explain the new roles to a customer?"],
  ["tomas", "Ada, alternative text for the launch picture?"],
  ["mira", "Ada, sum up this channel for someone who was away."],
];
const RUSH_GAP_MS = 350;
const MAX_FIELD_PX = 160;

const room = await (await fetch("/api/room")).json();
const people = new Map(room.people.map((/** @type {import("./view.js").Person} */ person) => [person.id, person]));
const authors = room.people.filter((/** @type {{ id: string }} */ { id }) => id !== room.assistant);
const main = /** @type {HTMLElement} */ (document.querySelector("#main"));

document.querySelector("#team")?.append(
  ...room.people.map((/** @type {import("./view.js").Person} */ person) =>
    teammate(person, person.id === room.assistant)
  ),
);
if (room.monitor) {
  await import("/page/element.js");
  document.querySelector(".side")?.append(quotaGauge(room.monitor));
}
document.addEventListener("click", walk);
globalThis.addEventListener("popstate", show);
show();

/** Follows a link between channels without loading the page. @param {MouseEvent} event */
function walk(event) {
  const link = event.target instanceof Element ? event.target.closest("a.channel") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", link.getAttribute("href"));
  show();
}

/** Draws the channel that the address names. */
function show() {
  const id = location.pathname.split("/").at(-1);
  const channel = room.channels.find((/** @type {{ id: string }} */ channel) => channel.id === id) ?? room.channels[0];
  document.title = `#${channel.name} · Northwind chat`;
  document.querySelector("#channels")?.replaceChildren(
    ...room.channels.map((/** @type {import("./view.js").Channel} */ each) => channelLink(each, each === channel)),
  );
  const view = channelView(channel, authors);
  for (const { author, text } of channel.messages) view.log.append(draw(author, text).element);
  main.replaceChildren(view.head, view.log, view.form);
  toEnd(view.log);
  listen(channel, view);
}

/** @param {import("./view.js").Channel} channel @param {ReturnType<typeof channelView>} view */
function listen(channel, { log, form, field, who, rush }) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    fit(field);
    say(channel, log, who.value, text);
  });
  field.addEventListener("input", () => fit(field));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    /** @type {HTMLFormElement} */ (form).requestSubmit();
  });
  rush.addEventListener("click", () => {
    RUSH.forEach(([author, text], index) => setTimeout(() => say(channel, log, author, text), index * RUSH_GAP_MS));
  });
}

/** @param {import("./view.js").Channel} channel @param {HTMLElement} log @param {string} author @param {string} text */
async function say(channel, log, author, text) {
  const question = { author, text };
  channel.messages.push(question);
  const answer = draw(room.assistant, "");
  answer.wait(true);
  log.append(draw(author, text).element, answer.element);
  toEnd(log);
  let said = "";
  for await (const event of post(channel.id, question)) {
    const following = atEnd(log);
    answer.wait(false);
    if (event.type === "delta") {
      said += event.text;
      answer.grow(event.text);
    } else if (event.type === "done") {
      answer.tell(`${event.tokens ?? "?"} tokens · ${event.model}`, "cost");
    } else answer.tell(event.sentence, "refused");
    if (following) toEnd(log);
  }
  if (said) channel.messages.splice(channel.messages.indexOf(question) + 1, 0, { author: room.assistant, text: said });
}

/** @param {string} author @param {string} text */
function draw(author, text) {
  return messageView(people.get(author), text, author === room.assistant);
}

/** @param {HTMLElement} log */
function atEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
}

/** @param {HTMLElement} log */
function toEnd(log) {
  log.scrollTop = log.scrollHeight;
}

/** @param {HTMLTextAreaElement} field */
function fit(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, MAX_FIELD_PX)}px`;
}
