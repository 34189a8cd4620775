// Runs in: isolate, tests. Versions of lasting things: declared, mentioned, handed on.
import { label } from '../case.ts';
import { steps } from './steps.ts';

export async function publishesAndReads(uri: string): Promise<void> {
  const raw = await steps.publish(`${uri}/raw`);
  const clean = await steps.publish(`${uri}/clean`, raw);
  await steps.read(clean);
}
label(publishesAndReads, {
  pattern: 'artifacts that activities declare', args: (scope) => [`s3://${scope}/publishesAndReads`],
  observed: ['publish#2 /1 <- publish', 'read /0 <- publish#2'],
  declared: ['artifact:raw <- publish', 'artifact:clean <- publish#2', 'read <- artifact:clean'],
  inferred: ['publish#2 <- artifact:raw'],
  unknowable: { 'it was made into a new value, which nothing tells from any other': ['publish /0 <- input /0', 'publish#2 /0 <- input /0'] },
  tempting: ['artifact:raw <- publish#2', 'read <- artifact:raw'],
});

export async function readsSeveral(uri: string): Promise<void> {
  const made = await Promise.all(['a', 'b', 'c'].map((name) => steps.publish(`${uri}/${name}`)));
  await steps.read(made[0]!, made[2]!);
}
label(readsSeveral, {
  pattern: 'artifacts that activities declare', args: (scope) => [`s3://${scope}/readsSeveral`],
  observed: ['read /0 <- publish', 'read /1 <- publish#3'],
  declared: ['artifact:a <- publish', 'artifact:b <- publish#2', 'artifact:c <- publish#3', 'read <- artifact:a', 'read <- artifact:c'],
  unknowable: { 'it was made into a new value, which nothing tells from any other': ['publish /0 <- input /0', 'publish#2 /0 <- input /0', 'publish#3 /0 <- input /0'] },
  tempting: ['read <- artifact:b'],
});

export async function readsSilently(uri: string): Promise<void> {
  await steps.readSilently(await steps.publish(uri));
}
label(readsSilently, {
  pattern: 'artifacts among the arguments', args: (scope) => [`s3://${scope}/readsSilently/raw`],
  observed: ['readSilently /0 <- publish'], declared: ['artifact:raw <- publish'], inferred: ['publish /0 <- input /0', 'readSilently <- artifact:raw'],
});

export async function passesOn(uri: string): Promise<void> {
  const same = await steps.passOn(await steps.publish(uri));
  await steps.read(same);
}
label(passesOn, {
  pattern: 'artifacts that are handed through', args: (scope) => [`s3://${scope}/passesOn/raw`],
  observed: ['passOn /0 <- publish', 'read /0 <- passOn'], declared: ['artifact:raw <- publish', 'read <- artifact:raw'], inferred: ['publish /0 <- input /0'],
  tempting: ['artifact:raw <- passOn', 'passOn <- artifact:raw'],
});
