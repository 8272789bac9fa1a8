import { type RegistrationMode, registrationMode } from "../protocol";

/**
 * Returns who may register, by the `REGISTRATION` variable. Without it, everyone. Throws if the
 * variable is invalid, so that a typing error does not open a server.
 */
export const readRegistration = (variable: string | undefined): RegistrationMode =>
  registrationMode.parse(variable || "open");
