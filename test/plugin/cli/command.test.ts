import { Connection } from '@temporalio/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EXIT, failed } from '../../../plugin/cli/command.ts';

describe('a command that fails', () => {
  afterEach(() => vi.restoreAllMocks());

  it('says that Temporal went away, and ends as when it was not there at all', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    // Nobody listens there.
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    const error = await connection.withDeadline(Date.now() + 500, () => connection.workflowService.getSystemInfo({})).catch((caught: unknown) => caught);
    await connection.close();
    expect(failed(error, false)).toBe(EXIT.unreachable);
    expect(said).toHaveBeenCalledWith(expect.stringContaining('Temporal went away'));
  });

  it('takes another fault with details for its own', () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(failed(Object.assign(new Error('no'), { code: 3, details: 'no' }), false)).toBe(EXIT.fault);
  });
});
