import { EntitySchema, type EntitySchemaColumnOptions, getMetadataArgsStorage } from 'typeorm';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';

/** Another name for a table, and for columns by their property. */
export interface TableNames<Column extends string = string> {
  /** Name of the table. The host's `entityPrefix` still applies. */
  tableName?: string;
  /** Column names by property, such as `{ phoneNumber: 'phone' }`. */
  columns?: Partial<Record<Column, string>>;
}

/**
 * The same table under other names. Decorators say a name once for the whole process, so what one instance of the module
 * calls differently is described anew.
 *
 * @throws PhoneAuthOptionError for a property that is no column
 */
// oxlint-disable-next-line typescript/no-unsafe-function-type -- TypeORM's own type for an entity class
export function renamedEntity(entity: Function, names: TableNames, option: string): EntitySchema {
  const storage = getMetadataArgsStorage();
  const columns = storage.filterColumns(entity);
  const properties = columns.map(({ propertyName }) => propertyName);
  for (const property of Object.keys(names.columns ?? {})) {
    if (!properties.includes(property)) {
      throw new PhoneAuthOptionError(
        `${option}.columns.${property}`,
        'unknown',
        `known here: ${properties.join(', ')}`,
      );
    }
  }
  const tableName = names.tableName ?? storage.filterTables(entity)[0]?.name;
  return new EntitySchema({
    name: entity.name,
    ...(tableName !== undefined && { tableName }),
    columns: Object.fromEntries(
      columns.map(({ propertyName, options }) => {
        const name = names.columns?.[propertyName] ?? options.name ?? propertyName;
        return [propertyName, { ...options, name } as EntitySchemaColumnOptions];
      }),
    ),
    indices: storage.filterIndices(entity).map((index) => ({ columns: index.columns as string[] })),
  });
}
