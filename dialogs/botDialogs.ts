/**
 * What the dialogs use of the Bot Framework's dialogs. Taken from its single modules: the package's index loads recognizers
 * for many languages as well, 30 MB and a third of a second that nothing here needs.
 */
export { Dialog, type DialogTurnResult } from 'botbuilder-dialogs/lib/dialog';
export { DialogContext, type DialogState } from 'botbuilder-dialogs/lib/dialogContext';
export { DialogSet } from 'botbuilder-dialogs/lib/dialogSet';
