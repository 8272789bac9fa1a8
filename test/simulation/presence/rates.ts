// Raises further rates: people sign in and open screens more often here than in life.
import { raised, unlimitedRates } from "../kit/rates.ts";

export const presenceRates = { ...raised, ...unlimitedRates(["signIn", "signInAddress"]) };
