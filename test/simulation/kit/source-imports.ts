// Lets what is imported after this run the server's own sources: they name each other without extensions, as a bundler reads them.
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
