// The page that shows the API reference without loading anything from another server.
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Gateway } from "./http/context";
import { documentOf } from "./openapi";

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="stylesheet" href="/docs-assets/swagger-ui.css">
</head>
<body>
<main id="docs"></main>
<script src="/docs-assets/swagger-ui-bundle.js"></script>
<script src="/docs-assets/docs-init.js"></script>
</body>
</html>
`;

/**
 * The content security policy of the page. Swagger UI sets inline styles and draws icons from data
 * URLs; scripts come from this server only. Swagger UI assigns strings to `innerHTML`, so unlike
 * the chat's page this one cannot demand Trusted Types. `script-src` still refuses inline scripts
 * and handlers in such strings. The page shows `/openapi.json` and nothing that a person wrote.
 */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function addDocs(app: OpenAPIHono<Gateway>): void {
  app.get("/openapi.json", (c) => c.json(documentOf(app)));
  app.get("/docs", (c) => c.html(page, 200, { "content-security-policy": policy }));
}
