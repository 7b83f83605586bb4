// Makes what a person said look different from what the bot said.
import { t } from './pageLanguage.js';

/** Wraps all that belongs to an agent's message, so that the style sheet finds it. */
const activityMiddleware =
  () =>
  (next) =>
  (card, ...rest) => {
    const render = next(card, ...rest);
    if (typeof render !== 'function' || !isFromAgent(card.activity)) return render;
    return (...inputs) => {
      const element = render(...inputs);
      return element && wrapped(element, 'from-agent', element, { 'data-activity': card.activity.id });
    };
  };

/** The agent's initials in the place of the bot's. */
const avatarMiddleware = () => (next) => (card) => {
  const render = next(card);
  if (typeof render !== 'function' || !isFromAgent(card.activity)) return render;
  return () => {
    const element = render();
    return element && wrapped(element, 'agent-avatar', initials(nameOf(card.activity)), { 'aria-hidden': true });
  };
};

/** The agent's name as a line of its own; other channels show it as the beginning of the text. */
const attachmentMiddleware =
  () =>
  (next) =>
  (card, ...rest) => {
    const { activity, attachment } = card;
    if (!isFromAgent(activity) || !isFirst(activity, attachment)) return next(card, ...rest);
    const element = next(isText(activity, attachment) ? withoutName(card) : card, ...rest);
    if (!element || typeof element !== 'object') return element;
    const name = wrapped(
      element,
      'agent-name',
      [nameOf(activity), { ...wrapped(element, 'unseen', ': ', {}, 'separator'), type: 'span' }],
      {},
      'name',
    );
    return wrapped(element, 'agent-said', [name, { ...element, key: 'text' }]);
  };

/** A picture stands beside the first of what one speaker says; the agent is another speaker than the bot. */
const groupActivitiesMiddleware =
  () =>
  (next) =>
  (...inputs) => {
    const groups = next(...inputs);
    return groups.sender ? { ...groups, sender: groups.sender.flatMap(bySpeaker) } : groups;
  };

export const agentMiddlewares = { activityMiddleware, attachmentMiddleware, avatarMiddleware, groupActivitiesMiddleware };

/** Whether the beginning of an agent's message is in the part of the chat that can be seen. One that nothing is drawn of hides nothing. */
export function isShown(chat, activityId) {
  const drawn = [...chat.querySelectorAll('.from-agent')].findLast(({ dataset }) => dataset.activity === activityId);
  if (!drawn) return true;
  // Where the transcript ends there is the send box.
  const end = chat.querySelector('.webchat__send-box')?.getBoundingClientRect().top ?? chat.getBoundingClientRect().bottom;
  const { top, bottom } = drawn.getBoundingClientRect();
  return top < end && bottom > chat.getBoundingClientRect().top;
}

/** Whether it is what stands at the top of the message. */
function isFirst(activity, attachment) {
  return activity.text ? isText(activity, attachment) : attachment === activity.attachments?.[0];
}

function isText(activity, attachment) {
  return /^text\/(plain|markdown)$/.test(attachment?.contentType ?? '') && attachment.content === activity?.text;
}

function withoutName(card) {
  const { activity, attachment } = card;
  const prefix = `${activity.channelData.switchboard.agentName}: `;
  const content = attachment.content.startsWith(prefix) ? attachment.content.slice(prefix.length) : attachment.content;
  return { ...card, attachment: { ...attachment, content } };
}

function bySpeaker(activities) {
  const groups = [];
  for (const activity of activities) {
    const last = groups.at(-1);
    if (last && speakerOf(last[0]) === speakerOf(activity)) last.push(activity);
    else groups.push([activity]);
  }
  return groups;
}

function speakerOf(activity) {
  return isFromAgent(activity) ? nameOf(activity) : activity.from.role;
}

function isFromAgent(activity) {
  return activity?.channelData?.switchboard?.from === 'agent';
}

function nameOf(activity) {
  return activity.channelData.switchboard.agentName || t('agent.label');
}

function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => [...word][0] ?? '');
  return letters.join('').toLocaleUpperCase();
}

/**
 * Web Chat brings React along and hides it. An element it made is the pattern for one of ours: the same kind of object, with another
 * type and other children.
 */
function wrapped(pattern, className, children, more = {}, key = null) {
  return { ...pattern, type: 'div', key, ref: null, props: { className, children, ...more } };
}
