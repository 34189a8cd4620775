// Runs in: CLI (tests).
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isLoopback } from '../graph-ui/server/security.ts';
import { readSettings } from '../graph-ui/server/settings.ts';

interface Service {
  image?: string;
  build?: unknown;
  command?: string[];
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string | number>;
  healthcheck?: { test: string[] };
}

const text = readFileSync('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  test('has the two engines, their database and page, the worker, the audit and the lineage page', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['audit', 'graph-ui', 'neo4j', 'postgresql', 'temporal', 'temporal-ui', 'worker']);
  });

  test.each(services)('%s is built here or has a pinned image', (_name, service) => {
    if (service.build) return;
    expect(service.image).toMatch(/:\d+(\.\d+)+/);
  });

  test.each(services)('%s publishes on the loopback address only', (_name, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('no two services publish the same port', () => {
    const hosts = services.flatMap(([, service]) => (service.ports ?? []).map((port) => port.split(':')[1]));
    expect(new Set(hosts).size).toBe(hosts.length);
  });

  test.each(services)('%s waits for services that are there and can become healthy', (_name, service) => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[other]?.healthcheck?.test.length, `${other} has a health check`).toBeGreaterThan(0);
    }
  });

  test.each(services)('%s uses declared volumes', (_name, service) => {
    for (const volume of service.volumes ?? []) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
  });

  test.each(services)('%s has no password in the file, nor a default one', (_name, service) => {
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      if (!/PASSWORD|PWD|AUTH|SECRET|TOKEN|KEY/i.test(name)) continue;
      expect(String(value), name).toMatch(/^(neo4j\/)?\$\{[A-Z0-9_]+:\?[^}]+\}$/);
    }
    expect(service.environment?.['NEO4J_PASSWORD'] === undefined || !service.image?.startsWith('neo4j'), 'a setting to the image').toBe(true);
  });

  test('the page serves beyond its own loopback those only who sign in', () => {
    const given = Object.entries(compose.services['graph-ui']!.environment!).map(([name, value]) => [name, String(value).replace(/^\$\{\w*TOKENS:.*/, 'me:auditor:0123456789abcdef')]);
    const { host, access } = readSettings(Object.fromEntries(given) as NodeJS.ProcessEnv);
    expect(isLoopback(host) || access !== null).toBe(true);
  });

  test('runs programs that have a source', () => {
    const entries = services.flatMap(([, service]) => (service.command?.[0] === 'node' ? [service.command[1] ?? ''] : []));
    expect(entries).toHaveLength(3);
    for (const entry of entries) expect(existsSync(entry.replace(/^dist\/(.*)\.js$/, '$1.ts')), entry).toBe(true);
  });
});

describe('Dockerfile', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const allowed = readFileSync('.dockerignore', 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));

  test('copies only what is there and what .dockerignore lets through', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied) {
      expect(existsSync(source), source).toBe(true);
      expect(allowed).toContain(source);
    }
  });

  test('pins its base image and does not run as root', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:20\.\d+\.\d+-bookworm-slim$/m);
    expect(dockerfile.lastIndexOf('\nUSER node')).toBeGreaterThan(dockerfile.lastIndexOf('\nFROM '));
  });
});
