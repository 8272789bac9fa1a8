// The account of a Firebase project, as the console gives it out: a JSON file, whole, in a secret.

export interface ServiceAccount {
  projectId: string;
  email: string;
  /** PKCS #8 in PEM. */
  privateKey: string;
  keyId: string | null;
  /** Where an assertion is changed for an access token. */
  tokenUri: string;
}

/** Throws TypeError, without quoting it, where it is something else. */
export function readServiceAccount(json: string): ServiceAccount {
  const fields = parse(json);
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== "string" || value === "") throw new TypeError(`the service account has no "${name}"`);
    return value;
  };
  const tokenUri = fields.token_uri === undefined ? "https://oauth2.googleapis.com/token" : text("token_uri");
  if (!tokenUri.startsWith("https://")) throw new TypeError('the "token_uri" of the service account is not https');
  const projectId = text("project_id");
  if (!/^[a-z0-9.:-]+$/.test(projectId)) throw new TypeError('the "project_id" of the service account is not one');
  const keyId = fields.private_key_id === undefined ? null : text("private_key_id");
  return { projectId, email: text("client_email"), privateKey: text("private_key"), keyId, tokenUri };
}

function parse(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // What it says would quote the secret.
  }
  throw new TypeError("the service account is not the JSON file of one");
}
