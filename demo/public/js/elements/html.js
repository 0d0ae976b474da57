let made = 0;

/** An id that no other element of the page has. */
export const freshId = (name) => `${name}-${(made += 1)}`;

/** An element. Attributes that are `true` are set, those that are `false` are not. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A button that does something, and says what goes wrong while it does. */
export function button(className, text, onClick, attributes = {}) {
  const element = h('button', { type: 'button', class: className, ...attributes }, text);
  element.addEventListener('click', () => void onClick());
  return element;
}

/** A label, what it is for, and room for what is wrong with that. */
export function field(label, input, ...rest) {
  input.id ||= freshId('field');
  const error = h('p', { id: `${input.id}-error`, class: 'error', role: 'alert' });
  return {
    error,
    element: h('div', { class: 'field' }, h('label', { for: input.id }, label), ...rest, error),
  };
}
