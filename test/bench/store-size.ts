// Runs in: CLI (bench). How much of the disk Neo4j's stores take.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes, indexes included and logs left out; undefined where the engine is not of this data folder. */
export async function sizeOf(dataDir: string): Promise<number | undefined> {
  try {
    const files = await readdir(join(dataDir, 'neo4j'), { recursive: true, withFileTypes: true });
    const sizes = await Promise.all(files.filter((file) => file.isFile() && file.parentPath.includes(join('data', 'databases'))).map(async (file) => (await stat(join(file.parentPath, file.name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return undefined;
  }
}
