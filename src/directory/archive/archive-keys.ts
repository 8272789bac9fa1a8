// The keys of the archive, derived from the deployment's secret.
import { ConfigurationError } from "../../domain/error";
import { keysOf, Seal } from "./seal";
import { SearchTokens } from "./tokens";

interface ArchiveKeys {
  secret: string;
  seal: Seal;
  tokens: SearchTokens;
}

/** Bound: the keys of one secret, and the cache of its tokens, which has a bound of its own. */
let cachedKeys: ArchiveKeys | null = null;

/**
 * Returns the keys derived from a secret. Cached for the isolate: deriving the keys is slow, and
 * the tokens cache words.
 */
export function archiveKeysOf(secret: string): ArchiveKeys {
  if (secret === "") throw new ConfigurationError("ARCHIVE_KEY is empty");
  if (cachedKeys?.secret === secret) return cachedKeys;
  const keys = keysOf(secret);
  cachedKeys = { secret, seal: new Seal(keys.seal), tokens: new SearchTokens(keys.tokens) };
  return cachedKeys;
}
