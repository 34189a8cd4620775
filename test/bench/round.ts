// Runs in: worker (bench). A round in a process of its own: told what to do by its argument, answers over the channel.
import { round, type RoundOptions } from './load.ts';

const answer = await round(JSON.parse(process.argv[2]!) as RoundOptions);
process.send!(answer, () => process.exit(0));
