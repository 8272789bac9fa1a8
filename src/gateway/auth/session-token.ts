// The reference token of a session: random, shown once, stored only as its SHA-256.
import { createHash, randomBytes } from "node:crypto";

const PREFIX = "ps_";

export const newSessionToken = (): string => PREFIX + randomBytes(32).toString("base64url");

export const isSessionToken = (token: string): boolean => token.startsWith(PREFIX);

export const hashSessionToken = (token: string): string => createHash("sha256").update(token).digest("hex");
