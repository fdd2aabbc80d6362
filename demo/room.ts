/** The people, channels and first messages of the demo's chat. */

interface Person {
  id: string;
  name: string;
  role: string;
  /** Hue of the avatar, in degrees. */
  hue: number;
}

export interface Message {
  author: string;
  text: string;
}

export interface Channel {
  id: string;
  name: string;
  topic: string;
  messages: Message[];
}

/** Author of every answer. */
export const ASSISTANT = "ada";

export const PEOPLE: Person[] = [
  { id: "mira", name: "Mira", role: "Product", hue: 262 },
  { id: "jonas", name: "Jonas", role: "Engineering", hue: 205 },
  { id: "priya", name: "Priya", role: "Support", hue: 338 },
  { id: "tomas", name: "Tomás", role: "Design", hue: 28 },
  { id: ASSISTANT, name: "Ada", role: "Assistant", hue: 160 },
];

/** Messages kept per channel; older ones are deleted. */
const MAX_MESSAGES = 200;

/** New channels with their first messages. */
export function openRoom(): Channel[] {
  return [
    {
      id: "launch",
      name: "launch",
      topic: "Version 4.2 ships on Thursday",
      messages: [
        { author: "jonas", text: "The release branch is cut. Ada, three lines for the newsletter, please?" },
        {
          author: ASSISTANT,
          text: "Search is twice as fast, boards load without a spinner, and dark mode has come to the calendar. " +
            "It ships on Thursday; no action is needed.",
        },
        { author: "tomas", text: "Lovely. I will set it with the new illustration." },
      ],
    },
    {
      id: "support",
      name: "support",
      topic: "What customers ask, and what we answer",
      messages: [
        { author: "priya", text: "Third question today about exporting a board. Ada, can you draft an answer?" },
        {
          author: ASSISTANT,
          text: "Open the board, choose Share, then Export as CSV. The file holds every card you may see, " +
            "archived ones included.",
        },
      ],
    },
  ];
}

/** Adds a message at the end, or an answer right after the message that it answers. */
export function say(channel: Channel, message: Message, answered?: Message): void {
  const at = answered ? channel.messages.indexOf(answered) + 1 : channel.messages.length;
  channel.messages.splice(at, 0, message);
  channel.messages.splice(0, channel.messages.length - MAX_MESSAGES);
}

/** The last `count` messages up to and including `last`: several people may ask at the same time. */
export function upTo(channel: Channel, last: Message, count: number): Message[] {
  const end = channel.messages.indexOf(last) + 1;
  return channel.messages.slice(Math.max(0, end - count), end);
}
