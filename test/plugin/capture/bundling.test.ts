import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/recorded.ts';

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

it("what is installed is bundled with a user's workflows without a warning", async () => {
  const { path, remove } = await temporaryDirectory();
  const installed = join(path, 'node_modules', 'temporal-provenance');
  try {
    // As it is packed: without the sources beside it.
    await mkdir(installed, { recursive: true });
    await cp(root('dist/plugin'), join(installed, 'dist/plugin'), { recursive: true });
    await cp(root('package.json'), join(installed, 'package.json'));
    for (const name of ['@temporalio', 'nexus-rpc', 'long', 'ms']) await symlink(root(`node_modules/${name}`), join(path, 'node_modules', name));
    await writeFile(join(path, 'workflows.js'), "export async function hello() { return 'hello'; }");
    const said: string[] = [];
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(path, 'workflows.js'), workflowInterceptorModules: [join(installed, 'dist/plugin/capture/workflow-interceptors-positions.js')],
      logger: new DefaultLogger('DEBUG', ({ message }) => said.push(message)),
    });
    expect(code).toContain('__provenance');
    expect(said.join('\n')).toContain('temporal-provenance');
    expect(said.join('\n')).not.toMatch(/warning/i);
  } finally {
    await remove();
  }
});
