import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const strict: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  target: ts.ScriptTarget.ES2022,
};

const messages = (program: ts.Program) =>
  ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });

/** What the build emits is compiled, not the sources: that is what others see. */
describe('S1.46 the types of nestjs-phone-auth/client', { timeout: 60_000 }, () => {
  let built: string;
  beforeAll(() => {
    built = mkdtempSync(join(tmpdir(), 'phone-auth-types-'));
    const program = ts.createProgram([join(root, 'src/client/index.ts')], {
      ...strict,
      module: ts.ModuleKind.NodeNext,
      lib: ['lib.es2023.d.ts'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: join(root, 'src'),
      outDir: built,
    });
    expect(messages(program)).toEqual([]);
    program.emit();
  }, 60_000);
  afterAll(() => rmSync(built, { recursive: true, force: true }));

  const node = { lib: ['lib.es2023.d.ts'], types: ['node'] };
  const browser = { lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'], types: [] };
  const both = { lib: browser.lib, types: node.types };
  const bundler = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
  const nodeNext = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };

  it.each([
    ['Node', { ...node, ...nodeNext }],
    ['a page, by a bundler', { ...browser, ...bundler }],
    ['a page with the types of Node about', { ...both, ...bundler }],
    ['a page of a laxer project', { ...browser, ...bundler, exactOptionalPropertyTypes: false }],
  ])('take what is right and refuse what is wrong in %s', (_, environment) => {
    const program = ts.createProgram([join(root, 'test/types/client-usage.ts')], {
      ...strict,
      ...environment,
      typeRoots: [join(root, 'node_modules/@types')],
      paths: { 'nestjs-phone-auth/client': [join(built, 'client/index.d.ts')] },
      noEmit: true,
    });
    expect(messages(program)).toEqual([]);
  });
});
