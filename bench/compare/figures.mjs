// Medians, percentiles and rows of a table.

export const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

export const median = (values) => percentile(values, 0.5);

/** Columns as wide as their widest cell; numbers to the right. */
export function table(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i])))
        .join('   '),
    )
    .join('\n');
}

export const round = (value, digits = 2) => value.toFixed(digits);
