/** Direct Line numbers the activities of a conversation, with leading zeros; those of another one are all later. */
export function isLater(id, than) {
  if (!than) return true;
  const conversation = (text) => text.slice(0, text.lastIndexOf('|'));
  return conversation(id) !== conversation(than) || id > than;
}
