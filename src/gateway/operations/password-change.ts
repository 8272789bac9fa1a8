// The change of a password. The proof, the current password, must still be right when the change is
// made: of two changes at once, the later one is refused.
import { type Account, findAccount } from "../../directory/accounts";
import type { Database } from "../../directory/database";
import { changePassword, type PasswordChange } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import { checkPassword, hashPassword, readCost } from "../auth/scrypt";
import { hashSessionToken, newSessionToken } from "../auth/session-cookie";
import type { GatewayContext } from "../http/context";

/**
 * How often the change is tried. A sign-in that stores the same password at another cost changes
 * the hash, and the password is then checked against the new one.
 */
const ATTEMPTS = 2;

/**
 * Replaces the password of the caller's account and ends its other sessions in the directory.
 * Returns the new token of the caller's session, and the account with the new password. Throws
 * `wrong_password`, and `sign_in_required` if the caller's session has ended meanwhile. Both change
 * nothing.
 */
export async function replacePassword(
  c: GatewayContext,
  current: string,
  next: string,
): Promise<{ token: string; account: Account }> {
  const db = c.get("db");
  const { id } = c.get("account");
  const { session } = c.get("caller");
  const cost = readCost(c.env.SCRYPT_COST);
  const token = newSessionToken();
  let checkedHash = c.get("account").passwordHash;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (!checkPassword(current, checkedHash, cost).ok) throw new ChatError("wrong_password");
    const passwordHash = hashPassword(next, cost);
    const hashes = { checkedHash, passwordHash, tokenHash: hashSessionToken(token) };
    if (await wasChanged(db, { account: id, session, ...hashes }, c.get("now")))
      return { token, account: { ...c.get("account"), passwordHash } };
    const account = await findAccount(db, { id });
    // The hash is the one that was checked, so the session is missing.
    if (!account || account.passwordHash === checkedHash) throw new ChatError("sign_in_required");
    checkedHash = account.passwordHash;
  }
  throw new ChatError("wrong_password");
}

/**
 * Makes a change of a password and returns whether it was made. An error of the database does not
 * say whether the batch was committed. If it was, the old token is gone, and only this answer can
 * bring the new one. So the account is read again.
 */
async function wasChanged(db: Database, change: PasswordChange, now: number): Promise<boolean> {
  try {
    return await changePassword(db, change, now);
  } catch (error) {
    const account = await findAccount(db, { id: change.account });
    if (account?.passwordHash !== change.passwordHash) throw error;
    return true;
  }
}
