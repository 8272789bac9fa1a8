// What the log says of a call that is over.
import type { ChannelNotice } from "../../sdk";
import { callsText } from "../../text/calls";
import type { Language } from "../../text/language";

type CallNotice = Extract<ChannelNotice, { type: "call.ended" }>;

export interface CallLine {
  text: string;
  callsBack: boolean;
}

export function callLine(
  { actor, data }: CallNotice,
  me: string,
  name: (user: string) => string,
  language: Language,
): CallLine {
  const words = callsText[language];
  const { joined, rang, reason, durationMs } = data;
  const hasConnected = joined.some((user) => user !== actor);
  // What a person has declined is nothing that they have missed.
  if (rang && actor !== me && !joined.includes(me) && reason !== "declined")
    return { text: words.log.missed(name(actor)), callsBack: true };
  if (hasConnected || !rang) {
    const seconds = Math.round(durationMs / 1_000);
    return { text: words.log.ended(words.length(Math.floor(seconds / 60), seconds % 60)), callsBack: false };
  }
  if (reason === "declined") return { text: words.log.declined, callsBack: true };
  return { text: reason === "cancelled" ? words.log.cancelled : words.log.unanswered, callsBack: actor === me };
}
