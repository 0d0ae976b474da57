import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;

export interface FoundOperation {
  readonly verb: string;
  /** As the document has it. */
  readonly path: string;
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

interface DocumentedResponse {
  readonly description?: string;
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}

/** An OpenAPI document, as far as tests ask it things. */
export class Document {
  readonly operations: readonly FoundOperation[];
  private readonly ajv = new Ajv2019({ allErrors: true, strictTypes: false });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(readonly json: OpenAPIObject) {
    addFormats.default(this.ajv);
    this.ajv.addKeyword('components');
    this.ajv.addSchema({ $id: 'document', components: json.components as object });
    this.operations = Object.entries(json.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([verb, operation]) => ({
        ...(operation as Omit<FoundOperation, 'verb' | 'path'>),
        verb,
        path,
      })),
    );
  }

  /** The operation that a request belongs to. */
  find(verb: string, path: string): FoundOperation {
    const found = this.operations.filter(
      (operation) =>
        operation.verb === verb &&
        new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
    const [exact] = found.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length);
    if (!exact) throw new Error(`${verb} ${path} is not in the document`);
    return exact;
  }

  /** What of a value is otherwise than its schema has it; fields that the schema does not name are. */
  faults(schema: Json, value: unknown): string[] {
    const key = JSON.stringify(schema);
    const validate = this.compiled.get(key) ?? this.ajv.compile(closed(schema));
    this.compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  /** Every `$ref` that leads nowhere. */
  get danglingReferences(): string[] {
    const text = JSON.stringify(this.json);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference);
    return references.filter((reference) => {
      const steps = reference.replace(/^#\//, '').split('/');
      return steps.reduce<unknown>((at, step) => (at as Json | undefined)?.[step], this.json) === undefined;
    });
  }
}

/** The schema with every object closed, and its references from the document. */
function closed(schema: Json, isPart = false): Json {
  const { $ref, properties, items, allOf, oneOf, ...rest } = schema as {
    $ref?: string;
    properties?: Record<string, Json>;
    items?: Json;
    allOf?: Json[];
    oneOf?: Json[];
  };
  const isObject = $ref !== undefined || properties !== undefined || allOf !== undefined;
  return {
    ...rest,
    ...($ref !== undefined && { $ref: $ref.replace('#', 'document#') }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, closed(property)]),
      ),
    }),
    ...(items && { items: closed(items) }),
    ...(allOf && { allOf: allOf.map((part) => closed(part, true)) }),
    ...(oneOf && { oneOf: oneOf.map((part) => closed(part)) }),
    ...(isObject && !isPart && !('additionalProperties' in rest) && { unevaluatedProperties: false }),
  };
}
