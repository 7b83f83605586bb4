/** What a button or form of ours asks for; travels as `verb` in the data of the submitted action. */
export const verbs = {
  ask: 'ask',
  readArticle: 'readArticle',
  helped: 'helped',
  notThis: 'notThis',
  noneOfThese: 'noneOfThese',
  person: 'person',
  changeDetails: 'changeDetails',
  submitPreChat: 'submitPreChat',
  cancel: 'cancel',
  leaveHandoff: 'leaveHandoff',
  leaveMessage: 'leaveMessage',
  submitMessage: 'submitMessage',
  rate: 'rate',
  skipRating: 'skipRating',
  /** No button: a client that shows a form anew asks whether it is still open. */
  refresh: 'refresh',
} as const;

export type Verb = (typeof verbs)[keyof typeof verbs];

const known: ReadonlySet<string> = new Set(Object.values(verbs));

/** True for a verb of ours; a card of somebody else's, or of an older version, may carry any text. */
export function isVerb(value: unknown): value is Verb {
  return typeof value === 'string' && known.has(value);
}
