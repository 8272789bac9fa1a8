// Raises the rates of what people do here more often than in life: they sign in and open screens.
import { raised, unlimitedRates } from "../kit/rates.ts";

export const presenceRates = { ...raised, ...unlimitedRates(["signIn", "signInAddress"]) };
