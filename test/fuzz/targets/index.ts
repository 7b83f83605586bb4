import type { Target } from '../target';
import { answerTargets } from './answers';
import { callTargets } from './calls';
import { channelTargets } from './channel';
import { customCrmTargets } from './customCrm';
import { deskTargets } from './desks';
import { chatbotTargets } from './mluviiChatbot';
import { salesforceTargets } from './salesforce';
import { textParserTargets } from './texts';

/** Every parser of outside input. A new one belongs here. */
export const targets: readonly Target[] = [
  ...channelTargets,
  ...deskTargets,
  ...salesforceTargets,
  ...chatbotTargets,
  ...customCrmTargets,
  ...textParserTargets,
  ...callTargets,
  ...answerTargets,
];
