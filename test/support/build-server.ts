import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = new URL('../../', import.meta.url);
const BUILT = new URL('build/processes/', ROOT);

/** What there is no test runner for in a process of its own. */
const HOST = 'test/support/app-process.ts';

/** Makes plain JavaScript of the present source and of what hosts it. Resolves to the file that a process is started with. */
export async function buildServer(): Promise<string> {
  const all = await readdir(new URL('src/', ROOT), { recursive: true });
  const sources = all.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  await Promise.all([HOST, ...sources.map((name) => `src/${name}`)].map(build));
  return builtFile(HOST);
}

const builtFile = (name: string) => fileURLToPath(new URL(name.replace(/\.ts$/, '.js'), BUILT));

async function build(name: string): Promise<void> {
  const { outputText } = ts.transpileModule(await readFile(new URL(name, ROOT), 'utf8'), {
    fileName: name,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ES2022,
      verbatimModuleSyntax: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  const file = builtFile(name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, outputText);
}
