// Runs in: browser. What went in and what came out, as it was kept.
import type { NodeDetail } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { h } from '../base/dom.ts';
import { humanName } from '../base/format.ts';
import { laidOut } from './laid-out.ts';
import { unfold } from './property-table.ts';
import { section } from './section.ts';
import { writtenElement } from './written.ts';

/** In this order. */
const VALUES = ['input', 'arguments', 'memo', 'heartbeat', 'result', 'output'];

/** Details that are shown here. */
export const VALUE_DETAILS = new Set(VALUES.flatMap((name) => [name, `${name}IsPreview`]));

export function valuesSection({ details }: NodeDetail): HTMLElement | null {
  const kept = VALUES.filter((name) => details[name] !== undefined && details[name] !== null);
  return section('Inputs and outputs', ...kept.flatMap((name) => {
    const value = unfold(details[name]!);
    // What can't be read as JSON any more was cut.
    const cut = typeof value === 'string' ? laidOut(value) : null;
    return [
      h('h4', {}, humanName(name), (cut !== null || details[`${name}IsPreview`] === true) && h('span', { class: 'tally' }, 'shortened')),
      cut === null ? h('div', { class: 'kept-value' }, writtenElement(whole(value))) : h('pre', { class: 'lines', tabindex: 0, 'aria-label': humanName(name), role: 'group' }, cut),
    ];
  }));
}

/** One argument stands for itself. */
function whole(value: Json): Json {
  return Array.isArray(value) && value.length === 1 ? value[0]! : value;
}
