/** Commands are written under this session key, so that they find the link whatever its route is. */
export const commandKey = (linkId: string): string => `handoff:${linkId}`;
