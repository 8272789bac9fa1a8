/** Within one reach: what most answers are. */
export const quickEmojis = ["👍", "❤️", "😂", "🎉", "😮", "😢"] as const;
