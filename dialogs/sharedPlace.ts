const sharedTypes: ReadonlySet<string> = new Set(['channel', 'groupChat']);

/** Whether others read along: a channel of a team or a group chat. */
export function isShared({
  conversation,
}: {
  conversation?: { conversationType?: string; isGroup?: boolean } | undefined;
}): boolean {
  return conversation?.isGroup === true || sharedTypes.has(conversation?.conversationType ?? '');
}
