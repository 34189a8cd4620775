// Runs in: CLI. Colours on a terminal, and nowhere else: picocolors by itself would also write them into the logs of a CI.
import pc from 'picocolors';

export const colors = pc.createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
