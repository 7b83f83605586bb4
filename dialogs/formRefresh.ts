import { verbs } from '../cards/verbs';
import type { JsonObject } from '../common/json';
import { retireClickedCard } from './clickedCard';
import type { CustomerDialogs } from './customerDialogs';
import { textMember } from './customerInput';
import { isRatingOpen } from './feedbackDialog';
import { handoffDialogId } from './handoffDialog';
import { offlineMessageDialogId } from './offlineMessageDialog';
import type { Turn } from './turn';

/**
 * A client shows a form anew and asks what has become of it. One that can no longer be sent, because the customer has said
 * something else in between, says so from now on; one that is open stays as it is.
 */
export function refreshForm(turn: Turn, dialogs: CustomerDialogs, data: JsonObject): void {
  if (!isOpen(turn, dialogs, data)) retireClickedCard(turn, 'card.closedTitle', 'card.closed');
}

function isOpen(turn: Turn, dialogs: CustomerDialogs, data: JsonObject): boolean {
  switch (data['form']) {
    case verbs.submitPreChat:
      return dialogs.activeId(turn) === handoffDialogId;
    case verbs.submitMessage:
      return dialogs.activeId(turn) === offlineMessageDialogId;
    case verbs.rate:
      return isRatingOpen(turn, textMember(data, 'ratingId'));
    default:
      return true;
  }
}
