// Rates that nobody reaches: people here sign in and look at each other more often than people do.
import { raised as raisedForMasses } from "../kit/rates.ts";

export const raised = {
  ...raisedForMasses,
  signIn: raisedForMasses.ask,
  signInAddress: raisedForMasses.ask,
};
