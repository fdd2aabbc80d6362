/**
 * The smallest XMPP server with which Converse.js shows a chat: XMPP over WebSocket (RFC 7395), an anonymous log-in
 * (RFC 4505) and rooms that everybody may enter (XEP-0045). Connections do not see each other, and nothing is stored.
 */

export const DOMAIN = "chat.test";
/** Names of rooms. Messages arrive in the first one. */
export const ROOMS = ["lobby", "kitchen"] as const;
const STREAM = "xmlns:stream='http://etherx.jabber.org/streams'";
const FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";
const SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
const BIND = "urn:ietf:params:xml:ns:xmpp-bind";
const MUC = "http://jabber.org/protocol/muc";

/** The address of a room. */
export function addressOf(room: string): string {
  return `${room}@rooms.${DOMAIN}`;
}

/** The answers of one connection. Over WebSocket every stanza is a message of its own. */
export class XmppSession {
  #isLoggedIn = false;

  constructor(readonly send: (stanza: string) => void) {}

  /** Answers one stanza. */
  receive(stanza: string): void {
    const { name, attributes } = openingTag(stanza);
    if (name === "open") this.#open();
    else if (name === "auth") this.#logIn();
    else if (name === "iq" && /^[gs]et$/.test(attributes.type)) this.#answer(stanza, attributes);
    else if (name === "presence" && attributes.to && !attributes.type) this.#enter(attributes.to);
    else if (name === "close") this.send(`<close xmlns='${FRAMING}'/>`);
  }

  /** Sends a message of another member to the first room. */
  say(text: string): void {
    const from = `${addressOf(ROOMS[0])}/Ada`;
    const attributes = `type='groupchat' id='${crypto.randomUUID()}' from='${from}'`;
    this.send(`<message xmlns='jabber:client' ${attributes}><body>${text}</body></message>`);
  }

  #open(): void {
    this.send(`<open xmlns='${FRAMING}' from='${DOMAIN}' id='1' version='1.0'/>`);
    const features = this.#isLoggedIn
      ? `<bind xmlns='${BIND}'/>`
      : `<mechanisms xmlns='${SASL}'><mechanism>ANONYMOUS</mechanism></mechanisms>`;
    this.send(`<stream:features ${STREAM}>${features}</stream:features>`);
  }

  #logIn(): void {
    this.#isLoggedIn = true;
    this.send(`<success xmlns='${SASL}'/>`);
  }

  #answer(stanza: string, { id, to = DOMAIN }: Record<string, string>): void {
    const result = resultOf(stanza, to);
    const [type, content] = result === null
      ? ["error", "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"]
      : ["result", result];
    this.send(`<iq xmlns='jabber:client' type='${type}' id='${id}' from='${to}'>${content}</iq>`);
  }

  /** Status 110 says that the presence is the member's own. The empty subject ends what a room sends to a new member. */
  #enter(occupant: string): void {
    const [room] = occupant.split("/");
    const item = "<item affiliation='member' role='participant'/>";
    this.send(
      `<presence xmlns='jabber:client' from='${occupant}'><x xmlns='${MUC}#user'>${item}<status code='110'/></x></presence>`,
    );
    this.send(`<message xmlns='jabber:client' type='groupchat' from='${room}'><subject/></message>`);
  }
}

/** The content of an answer, or null for a request that this server does not know. */
function resultOf(stanza: string, to: string): string | null {
  if (stanza.includes(BIND)) return `<bind xmlns='${BIND}'><jid>guest@${DOMAIN}/browser</jid></bind>`;
  if (stanza.includes("jabber:iq:roster")) return "<query xmlns='jabber:iq:roster'/>";
  if (!stanza.includes("disco#info")) return null;
  const identity = `<identity category='conference' type='text' name='${to.split("@")[0]}'/>`;
  return `<query xmlns='http://jabber.org/protocol/disco#info'>${identity}<feature var='${MUC}'/></query>`;
}

function openingTag(stanza: string): { name: string; attributes: Record<string, string> } {
  const [tag] = stanza.match(/^<[^>]*>/) ?? [""];
  const attributes = [...tag.matchAll(/(\w+)=["']([^"']*)["']/g)].map(([, name, value]) => [name, value]);
  return { name: tag.match(/^<(\w+)/)?.[1] ?? "", attributes: Object.fromEntries(attributes) };
}
