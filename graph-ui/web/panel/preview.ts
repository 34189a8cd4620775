// Runs in: browser. What an artifact looks like: its picture, or its first rows.
import type { NodeDetail } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { icon } from '../base/icons.ts';
import { nameOf } from '../lineage/naming.ts';
import { firstRowsSection } from './first-rows.ts';
import { section } from './section.ts';

/** Details that are shown here. */
export const PREVIEW_DETAILS = new Set(['picture', 'pictureType', 'previewLeftOut', 'firstRows']);

export function previewSections(detail: NodeDetail): (HTMLElement | null)[] {
  return [pictureSection(detail), firstRowsSection(detail)];
}

function pictureSection({ node, details }: NodeDetail): HTMLElement | null {
  const { picture, pictureType, previewLeftOut } = details;
  if (typeof picture === 'string' && typeof pictureType === 'string') {
    return section('Picture', pictureButton(`data:${pictureType};base64,${picture}`, nameOf(node).title));
  }
  return typeof previewLeftOut === 'string' ? section('Preview', h('p', { class: 'quiet' }, `Not kept: ${previewLeftOut}.`)) : null;
}

/** An image runs no scripts and fetches nothing, whatever an SVG holds. A click shows it as large as the window. */
function pictureButton(src: string, name: string): HTMLElement {
  const close = h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close the picture', title: 'Close the picture', on: { click: () => dialog.close() } }, icon('close'));
  const dialog = h(
    'dialog',
    // A click beside the picture is one on the dialog itself.
    { class: 'picture-dialog', 'aria-label': name, on: { click: ({ target }) => { if (target === dialog) dialog.close(); } } },
    h('div', { class: 'picture-bar' }, h('p', {}, name), close),
    h('img', { src, alt: name }),
  );
  const enlarge = h('button', { class: 'picture', type: 'button', title: 'Show it larger', on: { click: () => dialog.showModal() } }, h('img', { src, alt: name }));
  return h('div', {}, enlarge, dialog);
}
