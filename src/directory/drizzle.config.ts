import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: [
    ...["./src/directory/schema.ts", "./src/directory/guild-schema.ts"],
    ...["./src/directory/safety-schema.ts", "./src/directory/file-schema.ts"],
  ],
  out: "./migrations",
});
