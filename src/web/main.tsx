import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { saveDraftsOnLeave } from "./composer/drafts";
import "./styles/index.css";

saveDraftsOnLeave();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
