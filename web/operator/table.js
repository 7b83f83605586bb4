import { make, setText } from './dom.js';

/**
 * A list that is brought up to date in place: rows keep their elements, so that nothing flickers and the focus stays. Columns:
 * `{label, text(row), mark?(row), className?, open?(row)}`; acts: `{label(row), isFor?(row), run(row)}`.
 */
export class Table {
  constructor({ caption, columns, acts = [], keyOf, empty }) {
    Object.assign(this, { columns, acts, keyOf });
    this.rows = new Map();
    this.body = make('tbody');
    const heads = columns.map(({ label }) => make('th', { scope: 'col' }, label));
    if (acts.length > 0) heads.push(make('th', { scope: 'col' }, 'Acts'));
    this.table = make('table', { 'aria-label': caption }, make('thead', {}, make('tr', {}, ...heads)), this.body);
    this.nothing = make('p', { className: 'empty' }, empty);
    this.element = make('div', {}, this.table, this.nothing);
  }

  update(rows) {
    this.table.hidden = rows.length === 0;
    this.nothing.hidden = rows.length > 0;
    const seen = new Set();
    for (const [index, row] of rows.entries()) {
      const key = this.keyOf(row);
      seen.add(key);
      const known = this.rows.get(key) ?? this.add(key);
      known.row = row;
      this.fill(known);
      if (this.body.children[index] !== known.element) this.body.insertBefore(known.element, this.body.children[index] ?? null);
    }
    for (const [key, { element }] of this.rows) {
      if (seen.has(key)) continue;
      element.remove();
      this.rows.delete(key);
    }
  }

  add(key) {
    const known = { element: make('tr'), cells: [], buttons: [] };
    for (const column of this.columns) {
      const inner = column.open
        ? make('button', { type: 'button', className: 'plain', onclick: () => column.open(known.row) })
        : make('span');
      if (column.className) inner.classList.add(column.className);
      known.cells.push(inner);
      known.element.append(make('td', { data: { label: column.label } }, inner));
    }
    if (this.acts.length > 0) {
      known.buttons = this.acts.map((act) => make('button', { type: 'button', onclick: () => act.run(known.row) }));
      known.element.append(make('td', { data: { label: 'Acts' } }, make('div', { className: 'acts' }, ...known.buttons)));
    }
    this.rows.set(key, known);
    return known;
  }

  fill({ row, cells, buttons }) {
    for (const [index, column] of this.columns.entries()) {
      setText(cells[index], String(column.text(row) ?? ''));
      if (column.mark) cells[index].className = `mark ${column.mark(row)}`;
    }
    for (const [index, act] of this.acts.entries()) {
      setText(buttons[index], act.label(row));
      buttons[index].hidden = act.isFor ? !act.isFor(row) : false;
    }
  }
}
