/** An address in a text, without the punctuation that follows it. */
const address = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/gi;

/** Returns the addresses in a text, each once, in their order. */
export const linksIn = (text: string): string[] =>
  [...new Set(text.match(address) ?? [])].filter((link) => URL.canParse(link));
