import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// Everything is bundled, so that the one file runs wherever it is put.
export default defineConfig({
  root: path("."),
  build: {
    lib: { entry: path("./index.ts"), formats: ["es"], fileName: () => "index.js" },
    outDir: path("../../dist/sdk"),
    // scripts/sdk-package.ts writes the types and the manifest beside it.
    emptyOutDir: false,
    target: "es2022",
    // Also what the page loads on first use.
    rolldownOptions: { output: { codeSplitting: false } },
    sourcemap: false,
  },
});
