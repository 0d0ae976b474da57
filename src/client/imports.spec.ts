import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));

const importsOf = (source: string) =>
  ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);

/** The JavaScript that the build makes of a file. */
const emitted = (name: string) =>
  ts.transpileModule(readFileSync(join(folder, name), 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  }).outputText;

describe('what a page loads with nestjs-phone-auth/client', () => {
  it('is the client’s own files and no package', () => {
    expect(files).toContain('index.ts');
    for (const name of files) {
      for (const imported of importsOf(emitted(name))) {
        expect(files, `${name} imports ${imported}`).toContain(
          imported.replace(/^\.\//, '').replace(/\.js$/, '.ts'),
        );
      }
    }
  });

  it('has of the rest of the house only the types of error codes', () => {
    const outside = files.flatMap((name) =>
      importsOf(readFileSync(join(folder, name), 'utf8')).filter((imported) => !imported.startsWith('./')),
    );
    expect([...new Set(outside)].toSorted()).toEqual([
      '../errors/error-codes.js',
      '../errors/kavachos-errors.js',
      '../errors/node-auth-errors.js',
    ]);
  });
});
