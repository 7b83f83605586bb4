import { el } from './dom.js';

/**
 * Asks in a dialog. Resolves with what `answer` returns when confirmed, undefined when cancelled;
 * `answer` throws to say what is wrong and keep the dialog open. The focus goes back to where it was.
 */
export function ask({ title, content, confirm, isDangerous = false, answer, className = '' }) {
  return new Promise((resolve) => {
    let result;
    const problem = el('p', { class: 'problem', role: 'alert' });
    const cancel = el('button', { type: 'button', text: 'Cancel', on: { click: () => dialog.close() } });
    const form = el(
      'form',
      {
        on: {
          submit: (event) => {
            event.preventDefault();
            try {
              result = answer();
            } catch (error) {
              problem.textContent = error.message;
              return;
            }
            dialog.close();
          },
        },
      },
      el('h2', { id: 'dialogTitle', text: title }),
      content,
      problem,
      el(
        'div',
        { class: 'dialog-buttons' },
        cancel,
        el('button', { type: 'submit', class: isDangerous ? 'danger' : 'primary', text: confirm }),
      ),
    );
    const dialog = el('dialog', { class: className, 'aria-labelledby': 'dialogTitle' }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    if (isDangerous) cancel.focus();
  });
}

/** Asks to which queue; undefined when cancelled. */
export function askForQueue(desk, chat) {
  const others = desk.queues.filter(({ id, name }) => id !== chat.queue && name !== chat.queue);
  const select = el(
    'select',
    { dir: 'auto' },
    others.map(({ id, name }) => el('option', { value: id, text: name })),
  );
  if (others.length === 0) {
    const content = el('p', { text: 'This desk has no other queue.' });
    return ask({ title: 'Transfer the chat', content, confirm: 'All right', answer: () => undefined });
  }
  return ask({
    title: 'Transfer the chat',
    content: el('label', { class: 'field' }, el('span', { text: 'To the queue' }), select),
    confirm: 'Transfer',
    answer: () => select.value,
  });
}

/** Asks whether to end the chat; true or undefined. */
export function askToEnd(name) {
  return ask({
    title: 'End the chat?',
    content: el('p', {}, el('bdi', { text: name }), ' goes back to the bot. This cannot be undone.'),
    confirm: 'End chat',
    isDangerous: true,
    answer: () => true,
  });
}
