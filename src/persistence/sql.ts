/** A name in SQL, already quoted for the database at hand: a table, a column, or a list of them. */
export class SqlName {
  constructor(readonly text: string) {}
}

/** A statement whose values travel apart from its text. */
export class Sql {
  constructor(
    private readonly strings: readonly string[],
    private readonly parts: readonly unknown[],
  ) {}

  /** The text with the driver's placeholders, and the values in their order. */
  compile(placeholder: (position: number) => string): { text: string; values: unknown[] } {
    const values: unknown[] = [];
    let text = '';
    const write = (statement: Sql) => {
      statement.strings.forEach((string, i) => {
        text += string;
        if (i >= statement.parts.length) return;
        const part = statement.parts[i];
        if (part instanceof SqlName) text += part.text;
        else if (part instanceof Sql) write(part);
        else text += placeholder(values.push(part));
      });
    };
    write(this);
    return { text, values };
  }
}

/**
 * Writes a statement. Whatever is put in becomes a bound value, unless it is a {@link SqlName} or another statement:
 * there is no way to splice a string into the text.
 *
 * @example sql`DELETE FROM ${codes.table} WHERE ${codes.id} = ${id}`
 */
export function sql(strings: TemplateStringsArray, ...parts: unknown[]): Sql {
  return new Sql(strings, parts);
}

/** Statements, or parts of them, one after the other. */
export function joined(parts: readonly Sql[], separator: Sql = sql`, `): Sql {
  return parts.reduce((before, part) => sql`${before}${separator}${part}`);
}

/** `a AS x, b AS y` for a statement that reads: each column under the name by which the row is then asked. */
export function selection(columns: Readonly<Record<string, SqlName>>, from?: SqlName, prefix = ''): SqlName {
  const list = Object.entries(columns).map(
    ([name, column]) => `${from ? `${from.text}.` : ''}${column.text} AS ${prefix}${name}`,
  );
  return new SqlName(list.join(', '));
}
