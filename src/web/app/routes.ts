// The paths of the page. The service worker uses them too.

const chat = (id: string) => `/c/${encodeURIComponent(id)}`;
const thread = (id: string, root: number) => `${chat(id)}/t/${root}`;

export const routes = {
  chats: "/",
  guild: (id: string) => `/s/${encodeURIComponent(id)}`,
  chat,
  /** A chat in which a call is answered at once; only the chat for null. */
  call: (id: string, call: number | null) => (call === null ? chat(id) : `${chat(id)}?answer=${call}`),
  details: (id: string) => `${chat(id)}/details`,
  /** The pictures, files and links of a chat. */
  files: (id: string) => `${chat(id)}/files`,
  thread,
  /**
   * Returns the address of a message in its context. `root` is the root of its thread, null outside
   * of threads.
   */
  message: (id: string, seq: number, root: number | null) => `${root === null ? chat(id) : thread(id, root)}?m=${seq}`,
  /** The page of an invite, which its link opens. */
  invite: (code: string) => `/i/${encodeURIComponent(code)}`,
  requests: "/requests",
  settings: "/settings",
  admin: "/admin",
} as const;
