// The markdown that a message may use. Nothing else can be rendered: there is no node for HTML.
interface Keyed {
  /** Unique within one message; the key of a React element. */
  key: number;
}

export type Inline = Keyed &
  (
    | { kind: "text"; text: string }
    | { kind: "code"; text: string }
    | { kind: "break" }
    | { kind: "strong" | "emphasis" | "strike"; children: Inline[] }
    | { kind: "link"; href: string; children: Inline[] }
  );

export type Block = Keyed &
  (
    | { kind: "paragraph"; children: Inline[] }
    | { kind: "code"; text: string; language: string }
    | { kind: "quote"; children: Block[] }
    | { kind: "list"; start: number | null; items: ListItem[] }
  );

export interface ListItem extends Keyed {
  /** Has a check box instead of a bullet. */
  isTask: boolean;
  children: Block[];
}
