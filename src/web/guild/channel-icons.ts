import { Hash, Lock, type LucideIcon, Megaphone, Volume2 } from "lucide-react";
import type { GuildChannelType } from "../../protocol";

export const channelIcons: Readonly<Record<GuildChannelType, LucideIcon>> = {
  text: Hash,
  announcement: Megaphone,
  private: Lock,
  voice: Volume2,
};
