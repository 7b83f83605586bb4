/** What a channel of the Bot Framework does with what bots send, as far as the product minds. */
export interface ChannelAbilities {
  /** Hands events to the client; others refuse them, Teams with a 400. */
  takesEvents: boolean;
  /** Shows a message anew when it is updated. Direct Line has no such call, so Web Chat cannot. */
  updatesMessages: boolean;
  /** "Is typing" fades after a few seconds and has to be sent again while somebody goes on. */
  typingFades: boolean;
  /** Takes a file as an address; Teams takes cards and pictures only. */
  takesFileAddresses: boolean;
}

const page: ChannelAbilities = { takesEvents: true, updatesMessages: false, typingFades: false, takesFileAddresses: true };
const unknown: ChannelAbilities = { ...page, takesEvents: false };

const known: ReadonlyMap<string, ChannelAbilities> = new Map([
  ['directline', page],
  ['webchat', page],
  ['emulator', page],
  ['test', page],
  ['msteams', { takesEvents: false, updatesMessages: true, typingFades: true, takesFileAddresses: false }],
  ['slack', { ...unknown, updatesMessages: true }],
]);

/** A channel nobody has tried is sent nothing it might refuse. */
export function abilitiesOf(channelId: string | undefined): ChannelAbilities {
  return known.get(channelId ?? '') ?? unknown;
}
