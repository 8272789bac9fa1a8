import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { saveDraftsOnLeave } from "./composer/drafts";
import "./styles/index.css";

saveDraftsOnLeave();
// Not needed for the first paint. Without it, emoji look as the system's fonts have them.
import("./styles/emoji-font.css").catch(console.warn);
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
