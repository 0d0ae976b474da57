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

/** Reads each file once for all programs: the platform's own declarations are long. */
const parsed = new Map<string, ts.SourceFile | undefined>();
function programOf(file: string, options: ts.CompilerOptions): ts.Program {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, languageVersion) => {
    // the format of a module depends on the resolution, so it is part of what was read
    const key = `${options.module} ${name}`;
    if (!parsed.has(key)) parsed.set(key, read(name, languageVersion));
    return parsed.get(key);
  };
  return ts.createProgram([file], options, host);
}

/** What is wrong in our files. Those of the platform are taken to be right. */
const messages = (program: ts.Program) =>
  [
    ...program.getOptionsDiagnostics(),
    ...program
      .getSourceFiles()
      .filter(({ fileName }) => !fileName.includes('/node_modules/'))
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ].map(({ messageText, file, start }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });

/** What the build emits is compiled, not the sources: that is what others see. */
describe('S1.46 the types of nestjs-phone-auth/client', { timeout: 60_000 }, () => {
  let built: string;
  beforeAll(() => {
    built = mkdtempSync(join(tmpdir(), 'phone-auth-types-'));
    const program = programOf(join(root, 'src/client/index.ts'), {
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
    const program = programOf(join(root, 'test/types/client-usage.ts'), {
      ...strict,
      ...environment,
      typeRoots: [join(root, 'node_modules/@types')],
      paths: { 'nestjs-phone-auth/client': [join(built, 'client/index.d.ts')] },
      noEmit: true,
    });
    expect(messages(program)).toEqual([]);
  });
});
