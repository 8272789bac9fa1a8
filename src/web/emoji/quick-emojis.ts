/** The most common reactions. The chat loads them without the whole picker. */
export const quickEmojis = ["👍", "❤️", "😂", "🎉", "😮", "😢"] as const;
