// The people in the record of a channel.
import type { ChannelInfo, Profile } from "../../protocol";

/** Returns the members of a channel, and the people who have been asked into it. */
export const peopleOf = ({ members, pending = [] }: ChannelInfo): Profile[] => [
  ...members.map(({ user }) => user),
  ...pending,
];

/** Returns a record in which a person has this profile. */
export function withProfile(channel: ChannelInfo, profile: Profile): ChannelInfo {
  const replaced = (user: Profile) => (user.id === profile.id ? profile : user);
  return {
    ...channel,
    members: channel.members.map((member) => ({ ...member, user: replaced(member.user) })),
    ...(channel.pending && { pending: channel.pending.map(replaced) }),
  };
}

/** Returns the name of a group, or the names of the people other than `me`. */
export function nameOfChannel(channel: ChannelInfo, me: string | null): string {
  const others = peopleOf(channel).filter(({ id }) => id !== me);
  return channel.name || others.map(({ name }) => name).join(", ");
}
