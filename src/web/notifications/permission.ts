// Whether this browser may show notifications, and what is missing.
import { useEffect, useState } from "react";

/** `install`: only as an app on the home screen. `ask`: the browser has not asked yet. */
export type PushPermission = "unsupported" | "install" | "ask" | "denied" | "allowed";

function isApplePhone(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iP(hone|ad|od)/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

export function permission(): PushPermission {
  const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!isAble) return isApplePhone() ? "install" : "unsupported";
  if (Notification.permission === "default") return "ask";
  return Notification.permission === "granted" ? "allowed" : "denied";
}

/** Follows changes in the browser's settings. */
export function usePushPermission(): [PushPermission, () => void] {
  const [current, setCurrent] = useState(permission);
  const [update] = useState(() => () => setCurrent(permission()));
  useEffect(() => {
    let permission: PermissionStatus | null = null;
    navigator.permissions?.query({ name: "notifications" }).then(
      (found) => {
        permission = found;
        permission.addEventListener("change", update);
      },
      // Not every browser reports changes. The permission is also read when the page becomes
      // visible.
      () => {},
    );
    document.addEventListener("visibilitychange", update);
    return () => {
      permission?.removeEventListener("change", update);
      document.removeEventListener("visibilitychange", update);
    };
  }, [update]);
  return [current, update];
}
