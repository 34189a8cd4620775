// Runs in: browser. Lists of versions: all of one artifact, or those that an ambiguous question fits.
import type { VersionSummary } from '../../../plugin/graph/answers.ts';
import { api, ProblemError } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { bytes, localTime, shortDigest } from '../base/format.ts';
import { glyph } from '../base/kinds.ts';
import { section } from './section.ts';

export function versionList(versions: VersionSummary[], choose: (id: string) => void, current?: string): HTMLElement {
  return h('ul', { class: 'version-list' }, ...versions.map((version) => h('li', {},
    h('button', { class: 'node-link', type: 'button', 'aria-current': version.id === current ? 'true' : null, on: { click: () => choose(version.id) } },
      glyph(version.kind ?? 'ArtifactVersion'),
      h('span', { class: 'node-link-text' },
        h('span', { class: 'node-link-title' }, shortDigest(version.version)),
        h('span', { class: 'node-link-note' }, noteOf(version)),
      ),
    ),
  )));
}

function noteOf({ sha256, size, recordedAt }: VersionSummary): string {
  const digests = sha256.length > 1 ? `${sha256.length} digests!` : sha256.map(shortDigest).join('');
  return [digests, size === null ? '' : bytes(size), localTime(recordedAt) ?? recordedAt].filter((part) => part !== '').join(' · ');
}

export function versionsSection(uri: string, current: string, select: (id: string) => void): HTMLElement | null {
  const list = h('div', {});
  const show = async (): Promise<void> => {
    fill(list, h('p', { class: 'quiet' }, 'Loading…'));
    try {
      fill(list, versionList((await api.versions(uri)).versions, select, current));
    } catch (error) {
      fill(list, h('p', { class: 'error-text' }, error instanceof ProblemError ? error.message : 'This could not be loaded.'));
    }
  };
  return section('Versions', h('button', { class: 'button', type: 'button', on: { click: () => void show() } }, 'All versions of this artifact'), list);
}
