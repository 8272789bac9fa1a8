import { LogOut } from "lucide-react";
import { Suspense, useEffect, useState } from "react";
import type { RegistrationMode } from "../../sdk";
import { signInText } from "../../text/sign-in";
import { client } from "../app/client";
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
  const registration = useRegistration();
  const isShut = registration === "closed" || (registration === "invite" && invite === null);
  const isNew = mode === "register" && !isShut;
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
          <h1>{isNew ? words.titleNew : words.titleIn}</h1>
          <Credentials key={String(isNew)} mode={isNew ? "register" : "sign-in"} invite={invite} />
          {isShut ? (
            <p className="sign-in-switch">{registration === "closed" ? words.closed : words.byInvite}</p>
          ) : (
            <p className="sign-in-switch">
              {isNew ? words.toSignIn : words.toCreate}{" "}
              <button type="button" className="link-button" onClick={() => setMode(isNew ? "sign-in" : "register")}>
                {isNew ? words.signIn : words.create}
              </button>
            </p>
          )}
        </div>
      </main>
    </div>
  );
}

/** Returns who may register; until it is known, and if it cannot be loaded, the server decides. */
function useRegistration(): RegistrationMode {
  const [registration, setRegistration] = useState<RegistrationMode>("open");
  useEffect(() => {
    client.safety.registration().then(setRegistration, console.warn);
  }, []);
  return registration;
}
