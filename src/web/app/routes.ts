// The addresses of the page, for whoever leads somebody there.

const chat = (id: string) => `/c/${encodeURIComponent(id)}`;
const thread = (id: string, root: number) => `${chat(id)}/t/${root}`;

export const routes = {
  chats: "/",
  chat,
  details: (id: string) => `${chat(id)}/details`,
  thread,
  /** A message in its context; `root` is the message whose thread it stands in. */
  message: (id: string, seq: number, root: number | null) => `${root === null ? chat(id) : thread(id, root)}?m=${seq}`,
  settings: "/settings",
  admin: "/admin",
} as const;
