// What a message is after parsing. Nothing else can be shown: there is no node for HTML.

interface Keyed {
  /** Unique within one message; the key of a React element. */
  key: number;
}

export interface TextNode extends Keyed {
  kind: "text";
  text: string;
  /** The position of the text in its paragraph, in UTF-16 units. */
  at: number;
  /** The character before it in its paragraph, which may be a mark; "" at the start. */
  before: string;
}

export type Inline =
  | TextNode
  | (Keyed & { kind: "code"; text: string })
  | (Keyed & { kind: "strong" | "emphasis" | "strike"; children: Inline[] })
  /** `warning` is the host that must be shown beside a label that names another one. */
  | (Keyed & { kind: "link"; href: string; warning: string | null; children: Inline[] });

export type Block = Keyed &
  (
    | { kind: "paragraph"; children: Inline[] }
    | { kind: "code"; text: string; language: string }
    | { kind: "quote"; children: Block[] }
    | { kind: "list"; items: ListItem[] }
  );

export interface ListItem extends Keyed {
  /** The number as it was typed, with its sign: "2."; null for a bullet. */
  number: string | null;
  /** Whether a task is done; null for an item without a check box. */
  done: boolean | null;
  children: Block[];
}
