import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { readAddress } from "./app/address";
import { App } from "./app/app";
import { offerEmojiFont } from "./app/emoji-font";
import { preloadChat } from "./chat/lazy-chat";
import { saveDraftsOnLeave } from "./composer/drafts";
import "./styles/index.css";

saveDraftsOnLeave();
// In parallel with the session.
if (readAddress(window.location.pathname).chat !== null) preloadChat();
// Not needed for the first paint.
offerEmojiFont(() => import("./styles/emoji-font.css"));
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
