// The service account of a Firebase project: the JSON file from the console, stored as one secret.
import { ConfigurationError } from "../domain/error";

export interface ServiceAccount {
  projectId: string;
  email: string;
  /** PKCS #8 in PEM. */
  privateKey: string;
  keyId: string | null;
  /** The URL that exchanges an assertion for an access token. */
  tokenUri: string;
}

/** Parses the JSON file. Throws a ConfigurationError that does not quote an invalid file. */
export function readServiceAccount(json: string): ServiceAccount {
  const fields = parse(json);
  const textField = (name: string): string => {
    const value = fields[name];
    if (typeof value !== "string" || value === "") throw new ConfigurationError(`the service account has no "${name}"`);
    return value;
  };
  const tokenUri = fields.token_uri === undefined ? "https://oauth2.googleapis.com/token" : textField("token_uri");
  if (!tokenUri.startsWith("https://"))
    throw new ConfigurationError('the "token_uri" of the service account is not https');
  const projectId = textField("project_id");
  if (!/^[a-z0-9.:-]+$/.test(projectId))
    throw new ConfigurationError('the "project_id" of the service account is invalid');
  const keyId = fields.private_key_id === undefined ? null : textField("private_key_id");
  return { projectId, email: textField("client_email"), privateKey: textField("private_key"), keyId, tokenUri };
}

function parse(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // The message of the error would quote the secret.
  }
  throw new ConfigurationError("the service account is not a JSON file");
}
