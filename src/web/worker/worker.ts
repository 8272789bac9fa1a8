// The page's service worker. It shows pushes as notifications and handles clicks on them. It caches
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
