import { make } from './dom.js';

/**
 * Asks before something is done; resolves with the fields' values, or undefined when it is not wanted. Fields:
 * `{name, label, kind: 'text' | 'select' | 'check', choices?, required?}`.
 */
export function confirm({ title, text, action, isDanger = true, fields = [] }) {
  return new Promise((resolve) => {
    const inputs = new Map();
    const problem = make('p', { className: 'problem', role: 'alert' });
    const heading = make('h2', { id: 'dialogTitle' }, title);
    const dialog = make('dialog', { 'aria-labelledby': 'dialogTitle' }, heading, make('p', {}, text));
    for (const field of fields) dialog.append(fieldOf(field, inputs));
    const finish = (value) => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const go = () => {
      const missing = fields.find(({ name, required }) => required && !inputs.get(name).value.trim());
      if (missing) {
        problem.textContent = `Give: ${missing.label}.`;
        inputs.get(missing.name).focus();
        return;
      }
      finish(
        Object.fromEntries([...inputs].map(([name, input]) => [name, input.type === 'checkbox' ? input.checked : input.value])),
      );
    };
    dialog.append(
      problem,
      make(
        'div',
        { className: 'buttons' },
        make('button', { type: 'button', onclick: () => finish(undefined) }, 'Cancel'),
        make('button', { type: 'button', className: isDanger ? 'danger' : 'primary', onclick: go }, action),
      ),
    );
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      finish(undefined);
    });
    for (const input of inputs.values())
      input.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter') return;
        // Or it would press the button that the focus goes back to.
        event.preventDefault();
        go();
      });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function fieldOf({ name, label, kind, choices = [] }, inputs) {
  const id = `field-${name}`;
  const input =
    kind === 'select'
      ? make('select', { id }, ...choices.map(({ value, title }) => make('option', { value }, title)))
      : make('input', {
          id,
          type: kind === 'check' ? 'checkbox' : 'text',
          autocomplete: 'off',
          maxLength: kind === 'check' ? undefined : 1000,
        });
  inputs.set(name, input);
  const caption = make('label', { htmlFor: id }, label);
  return kind === 'check'
    ? make('div', { className: 'field check' }, input, caption)
    : make('div', { className: 'field' }, caption, input);
}
