/** The name of a pair, the same from both sides: what makes a direct channel one. A pair with oneself is a place for notes. */
export const directKey = (a: string, b: string): string => (a < b ? `${a}:${b}` : `${b}:${a}`);
