// Lets later imports load the server's sources in Node: they import each other without file
// extensions, as bundlers allow.
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const endings = [".ts", "/index.ts"];

registerHooks({
  resolve(specifier, context, next) {
    const isBare = /^\.\.?\//.test(specifier) && !/\.[a-z]+$/.test(specifier);
    if (!isBare || context.parentURL === undefined) return next(specifier, context);
    const found = endings.find((ending) =>
      existsSync(fileURLToPath(new URL(specifier + ending, context.parentURL).href)),
    );
    return next(specifier + (found ?? ""), context);
  },
});
