declare namespace Cloudflare {
  interface Env {
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
    TEST_ARCHIVE_MIGRATIONS: import("cloudflare:test").D1Migration[];
    ARCHIVE_2: D1Database;
    ARCHIVE_3: D1Database;
  }
}
