// The page's service worker. It shows pushes as notifications and handles clicks on them. It caches
// no pages and answers no requests.
import { handleClick } from "./notification-clicks";
import { handlePush } from "./push-event";
import { scope } from "./scope";
import { handleSubscriptionChange } from "./subscription-change";

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("push", (event) => event.waitUntil(handlePush(event)));
scope.addEventListener("notificationclick", (event) => event.waitUntil(handleClick(event)));
scope.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(handleSubscriptionChange(event)));
