import { LogOut } from "lucide-react";
import { Suspense, useEffect, useState } from "react";
import { signInText } from "../../text/sign-in";
import { lazyPart } from "../app/lazy-part";
import { Wordmark } from "../app/logo";
import { useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { closeNotifications } from "../notifications/subscription";
import { BrandPromise } from "./brand-promise";
import { Credentials } from "./credentials";
import type { Mode } from "./form";

const VisitorInvite = lazyPart(() => import("../invites/visitor-invite").then((module) => module.VisitorInvite));

interface SignInProps {
  /** Whether the session was ended from another device. */
  ended: boolean;
  /** The code of the invite whose link the person has opened; null if none. */
  invite: string | null;
}

/** The page of a person without a session. The address stays, so an invite is shown again after. */
export function SignIn({ ended, invite }: SignInProps) {
  const words = useWords(signInText);
  const [mode, setMode] = useState<Mode>(invite === null ? "sign-in" : "register");
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
          {invite !== null && (
            <Suspense>
              <VisitorInvite code={invite} />
            </Suspense>
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
