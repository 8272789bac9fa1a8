import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { offerEmojiFont } from "./app/emoji-font";
import { saveDraftsOnLeave } from "./composer/drafts";
import "./styles/index.css";

saveDraftsOnLeave();
// Not needed for the first paint.
offerEmojiFont(() => import("./styles/emoji-font.css"));
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
