// THE WIRE: everything two sides must agree on. SPEC.md states the rules in words.
export * from "./close-codes";
export * from "./codec";
export * from "./commands";
export * from "./errors";
export * from "./events";
export * from "./frames";
export * from "./ids";
export * from "./inbox";
export * from "./jobs";
export * from "./limits";
export * from "./message";
export * from "./polling";
export * from "./rest";
export * from "./roles";
export * from "./signals";
export * from "./text";
export * from "./version";
