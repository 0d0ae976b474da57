import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import vitestConfig from '../vitest.config.js';

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string } | string>>;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const optional = Object.keys(manifest.peerDependenciesMeta).filter(
  (name) => manifest.peerDependenciesMeta[name]?.optional,
);

/** The doors, by the name after the package's: `''`, `/twilio`, … */
const doors = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [{ name: name.slice(1), ...target }],
);
/** Where the source of a door is, relative to `src`. */
const sourceOf = (built: string) => built.replace('./dist/', '').replace(/\.js$/, '.ts');

/** What a file imports before anything runs, types included: those stand in the declarations. */
function importsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier } = statement;
    return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
  });
}

/** The packages that come with a file, by the name under which they are installed. */
function packagesOf(entry: string): string[] {
  const packages = new Set<string>();
  const files = new Set<string>();
  const open = [join(import.meta.dirname, entry)];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) open.push(join(file, '..', name.replace(/\.js$/, '.ts')));
      else if (!name.startsWith('node:')) packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    }
  }
  return [...packages].sort();
}

describe('the doors of the package', () => {
  it('each have a source, and types beside it', () => {
    for (const { types, default: built } of doors) {
      expect(types).toBe(built.replace(/\.js$/, '.d.ts'));
      expect(existsSync(join(import.meta.dirname, sourceOf(built)))).toBe(true);
    }
    expect(doors.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['', '/twilio', '/redis', '/testing', '/opentelemetry']),
    );
  });

  it('are seen by compilers that know no exports', () => {
    const expected = doors
      .filter(({ name }) => name !== '')
      .map(({ name, types }) => [name.slice(1), [types]] as const);
    expect(manifest.typesVersions).toEqual({ '*': Object.fromEntries(expected) });
  });

  it('are the same for the compiler and the tests of this repository', () => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
      readFileSync(path, 'utf8'),
    ) as {
      config: { compilerOptions: { paths: Record<string, string[]> } };
    };
    const sources = Object.fromEntries(
      doors.map(({ name, default: built }) => [`nestjs-phone-auth${name}`, sourceOf(built)]),
    );
    expect(config.compilerOptions.paths).toEqual(
      Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, [`./src/${source}`]])),
    );
    for (const project of vitestConfig.test?.projects ?? []) {
      if (typeof project !== 'object' || !('resolve' in project))
        throw new Error('a project without aliases');
      const alias = project.resolve?.alias as Readonly<Record<string, string>>;
      expect(alias).toEqual(
        Object.fromEntries(
          Object.entries(sources).map(([name, source]) => [name, join(root, 'src', source)]),
        ),
      );
      // the first that fits is taken, and the main one fits all
      expect(Object.keys(alias).at(-1)).toBe('nestjs-phone-auth');
    }
  });
});

describe('what is installed with the package', () => {
  it.each(doors)('S5.51 the door $name needs nothing that is not declared', ({ default: built }) => {
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
    expect(packagesOf(sourceOf(built)).filter((name) => !(name in declared))).toEqual([]);
  });

  it('S5.51 the main entry comes with no optional peer', () => {
    const packages = packagesOf('index.ts');
    expect(packages).toContain('@nestjs/common');
    expect(packages.filter((name) => optional.includes(name))).toEqual([]);
  });

  it.each(doors.filter(({ name }) => name !== ''))(
    'S5.51 the door $name comes with one optional peer at most, its own',
    ({ default: built }) => {
      const packages = packagesOf(sourceOf(built)).filter((name) => optional.includes(name));
      expect(packages.length, packages.join()).toBeLessThanOrEqual(1);
    },
  );

  it('every optional peer is described as one, and is one', () => {
    expect(Object.keys(manifest.peerDependencies)).toEqual(expect.arrayContaining(optional));
    const needed = packagesOf('index.ts');
    const required = Object.keys(manifest.peerDependencies).filter((name) => !optional.includes(name));
    // what the framework asks for on our behalf is imported by nobody here
    const unseen = required.filter((name) => !needed.includes(name));
    expect(unseen.sort()).toEqual(['class-transformer', 'reflect-metadata', 'rxjs']);
  });
});
