// Shows the splash while the session is restored, then the sign-in page or the chats.
import { Suspense } from "react";
import { useLocation } from "wouter";
import { readAddress } from "./address";
import { client, useStore } from "./client";
import { useDocumentLanguage, useDocumentTheme, useDocumentTitle } from "./document-state";
import { ErrorBoundary } from "./error-boundary";
import { lazyPart } from "./lazy-part";
import { routes } from "./routes";
import { Shell } from "./shell";
import { Splash } from "./splash";
import { useSession } from "./use-session";

const SignIn = lazyPart(() => import("../sign-in/sign-in").then((module) => module.SignIn));
const Admin = lazyPart(() => import("../admin/admin").then((module) => module.Admin));

export function App() {
  useDocumentLanguage();
  useDocumentTheme();
  const [location] = useLocation();
  return (
    <ErrorBoundary>
      {location === routes.admin ? (
        <Suspense>
          <Admin />
        </Suspense>
      ) : (
        <Gate />
      )}
    </ErrorBoundary>
  );
}

function Gate() {
  const { session, retry } = useSession();
  const me = useStore(client.me);
  if (me) return <Shell key={me.id} me={me} />;
  if (session !== "known") return <Splash isUnreachable={session === "unreachable"} onRetry={retry} />;
  return <Visitor />;
}

function Visitor() {
  const connection = useStore(client.connection);
  const [location] = useLocation();
  useDocumentTitle(0, null);
  return (
    <Suspense fallback={<Splash isUnreachable={false} onRetry={() => {}} />}>
      <SignIn ended={connection.state === "signed-out"} invite={readAddress(location).invite} />
    </Suspense>
  );
}
