import { LogOut } from "lucide-react";
import { useEffect, useState } from "react";
import { signInText } from "../../text/sign-in";
import { Wordmark } from "../app/logo";
import { useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { closeNotifications } from "../notifications/subscription";
import { BrandPromise } from "./brand-promise";
import { Credentials } from "./credentials";
import type { Mode } from "./form";

/** The page of a person without a session. `ended`: the session was ended from another device. */
export function SignIn({ ended }: { ended: boolean }) {
  const words = useWords(signInText);
  const [mode, setMode] = useState<Mode>("sign-in");
  // The session may have ended while no page was open.
  useEffect(() => void closeNotifications().catch(console.warn), []);
  return (
    <div className="sign-in">
      <BrandPromise />
      <main className="sign-in-main">
        <div className="sign-in-card">
          <Wordmark />
          {ended && (
            <Notice tone="calm" icon={LogOut}>
              <strong>{words.ended}</strong>
              <p>{words.endedHint}</p>
            </Notice>
          )}
          <h1>{mode === "sign-in" ? words.titleIn : words.titleNew}</h1>
          <Credentials key={mode} mode={mode} />
          <p className="sign-in-switch">
            {mode === "sign-in" ? words.toCreate : words.toSignIn}{" "}
            <button
              type="button"
              className="link-button"
              onClick={() => setMode(mode === "sign-in" ? "register" : "sign-in")}
            >
              {mode === "sign-in" ? words.create : words.signIn}
            </button>
          </p>
        </div>
      </main>
    </div>
  );
}
