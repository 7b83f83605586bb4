/** The page shows a conversation, new or known. */
export const joinEvent = 'webchat/join';
/** The customer chose a language in the menu of the page. */
export const languageEvent = 'webchat/language';
