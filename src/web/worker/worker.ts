// The page's service worker: it shows what the server pushes while nobody looks, and does what is asked of a notification. It keeps
// no pages and answers no requests.
import { clicked } from "./notification-clicks";
import { pushed } from "./pushes";
import { scope } from "./scope";
import { renewed } from "./subscription-change";

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("push", (event) => event.waitUntil(pushed(event)));
scope.addEventListener("notificationclick", (event) => event.waitUntil(clicked(event)));
scope.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renewed(event)));
