import { access } from "./access";

const patterns = Object.keys(access).map((key) => {
  const [method = "", path = ""] = key.split(" ");
  return { method, path: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`) };
});

/** The methods an address takes; none for an unknown address. */
export const methodsOf = (path: string): string[] =>
  patterns.filter((pattern) => pattern.path.test(path)).map((pattern) => pattern.method);
