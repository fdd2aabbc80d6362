/** Builds the page's elements with the DOM, because its policy forbids HTML from text. */

/**
 * @typedef {{ id: string, name: string, role: string, hue: number }} Person
 * @typedef {{ author: string, text: string }} Message
 * @typedef {{ id: string, name: string, topic: string, messages: Message[] }} Channel
 */

/**
 * An element with classes, attributes and children.
 *
 * @param {string} tag with classes after dots: `p.text.muted`
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** @param {Person} person */
export function avatar(person) {
  const circle = el("span.avatar", { "aria-hidden": "true" }, person.name[0]);
  circle.style.setProperty("--hue", `${person.hue}`);
  return circle;
}

/** @param {Person} person @param {boolean} assistant */
export function teammate(person, assistant) {
  const name = el("span.who", {}, el("b", {}, person.name), el("span.muted", {}, person.role));
  return el(`li.mate${assistant ? ".assistant" : ""}`, {}, avatar(person), name);
}

/** The element of `@quota-gauge/monitor`. @param {{ service: string, workspace: string }} of */
export function quotaGauge(of) {
  return el("quota-gauge", of);
}

/** @param {Channel} channel @param {boolean} current */
export function channelLink(channel, current) {
  const link = el(
    "a.channel",
    { href: `/c/${channel.id}` },
    el("span.hash", { "aria-hidden": "true" }, "#"),
    channel.name,
  );
  if (current) link.setAttribute("aria-current", "page");
  return el("li", {}, link);
}

/**
 * One message, with functions to append text and to set a note below it.
 *
 * @param {Person} person @param {string} text @param {boolean} assistant
 */
export function messageView(person, text, assistant) {
  const body = el("p.text", {}, text);
  const note = el("p.note");
  const head = el("p.head", {}, el("b", {}, person.name), ...(assistant ? [el("span.tag", {}, "assistant")] : []));
  const element = el(
    `article.message${assistant ? ".assistant" : ""}`,
    {},
    avatar(person),
    el("div.bubble", {}, head, body, note),
  );
  return {
    element,
    /** @param {string} more */
    grow: (more) => body.append(more),
    /** @param {boolean} busy */
    wait: (busy) => element.classList.toggle("waiting", busy),
    /** @param {string} words @param {string} kind */
    tell: (words, kind) => {
      note.textContent = words;
      note.className = `note ${kind}`;
    },
  };
}

/**
 * A whole channel: its head, its messages and the composer.
 *
 * @param {Channel} channel
 * @param {Person[]} authors who may write
 */
export function channelView(channel, authors) {
  const log = el("div.log", { role: "log", "aria-label": `Messages in ${channel.name}`, tabindex: "0" });
  const field = /** @type {HTMLTextAreaElement} */ (el("textarea.field", {
    id: "message",
    rows: "1",
    maxlength: "2000",
    placeholder: "Ask Ada…",
    "aria-label": `Message to #${channel.name}`,
    autocomplete: "off",
  }));
  const who = /** @type {HTMLSelectElement} */ (el("select.as", { id: "author", "aria-label": "Write as" }));
  who.append(...authors.map(({ id, name }) => new Option(name, id)));
  const send = el("button.send", { type: "submit" }, "Send");
  const form = el("form.composer", { autocomplete: "off" }, who, field, send);
  const rush = el("button.rush", { type: "button", id: "rush" }, "Everyone asks at once");
  const title = el("div.title", {}, el("h1", {}, `# ${channel.name}`), el("p.muted", {}, channel.topic));
  return { head: el("header.top", {}, title, rush), log, form, field, who, rush };
}
