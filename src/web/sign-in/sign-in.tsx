import { LogOut } from "lucide-react";
import { useState } from "react";
import { Wordmark } from "../app/logo";
import { Notice } from "../controls/notice";
import { useText } from "../text/language";
import { Credentials } from "./credentials";
import type { Mode } from "./form";
import { BrandPromise } from "./promise";

/** The page for somebody without a session. `ended` explains a session that was ended from elsewhere. */
export function SignIn({ ended }: { ended: boolean }) {
  const text = useText();
  const [mode, setMode] = useState<Mode>("sign-in");
  return (
    <div className="sign-in">
      <BrandPromise />
      <main className="sign-in-main">
        <div className="sign-in-card">
          <Wordmark />
          {ended && (
            <Notice tone="calm" icon={LogOut}>
              <strong>{text.signIn.ended}</strong>
              <p>{text.signIn.endedHint}</p>
            </Notice>
          )}
          <h1>{mode === "sign-in" ? text.signIn.titleIn : text.signIn.titleNew}</h1>
          <Credentials key={mode} mode={mode} />
          <p className="sign-in-switch">
            {mode === "sign-in" ? text.signIn.toCreate : text.signIn.toSignIn}{" "}
            <button
              type="button"
              className="link-button"
              onClick={() => setMode(mode === "sign-in" ? "register" : "sign-in")}
            >
              {mode === "sign-in" ? text.signIn.create : text.signIn.signIn}
            </button>
          </p>
        </div>
      </main>
    </div>
  );
}
