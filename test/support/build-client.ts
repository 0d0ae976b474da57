import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const SOURCE = new URL('../../src/client/', import.meta.url);
const BUILT = new URL('../../dist/client/', import.meta.url);

/**
 * The demo serves the client that `npm run build` makes. Here it is made from the present source, file by file: a clean
 * clone has no build, and an old one would be tested in place of the source.
 */
export default async function buildClient(): Promise<void> {
  await mkdir(BUILT, { recursive: true });
  const names = (await readdir(SOURCE)).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  await Promise.all(
    names.map(async (name) => {
      const fileName = fileURLToPath(new URL(name, SOURCE));
      const { outputText } = ts.transpileModule(await readFile(fileName, 'utf8'), {
        fileName,
        compilerOptions: {
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.ES2022,
          verbatimModuleSyntax: true,
        },
      });
      await writeFile(new URL(name.replace(/\.ts$/, '.js'), BUILT), outputText);
    }),
  );
}
