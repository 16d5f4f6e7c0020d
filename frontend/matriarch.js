// Small elements that keep time on the page: ages tick and instants follow the zone switch here,
// so the server sends an instant once and never again.
const ZONE_KEY = 'matriarch.zone';
const ticking = new Set();
const zoned = new Set();
let offset = 0; // server clock minus this browser's

const now = () => Date.now() + offset;
export const utc = () => localStorage.getItem(ZONE_KEY) === 'utc';

export function span(seconds) {
  if (seconds < 0) return '0 s';
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

export function instant(date, withDate, seconds = true) {
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' };
  if (!seconds) delete options.second;
  if (withDate) Object.assign(options, { year: 'numeric', month: 'short', day: 'numeric' });
  if (utc()) options.timeZone = 'UTC';
  return new Intl.DateTimeFormat('en-GB', options).format(date);
}

// In the chosen zone, so that a time without its date is one of today there.
const day = (date) => date.toLocaleDateString('en-CA', utc() ? { timeZone: 'UTC' } : {});

// 14:02:13.204, in the chosen zone.
export function instantParts(iso) {
  const date = new Date(iso);
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' };
  if (utc()) options.timeZone = 'UTC';
  return new Intl.DateTimeFormat('en-GB', options).format(date);
}

class Age extends HTMLElement {
  static observedAttributes = ['at', 'stale', 'silent', 'suffix'];
  connectedCallback() { ticking.add(this); this.update(); }
  disconnectedCallback() { ticking.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.update(); }
  update() {
    const at = Date.parse(this.getAttribute('at') || '');
    if (Number.isNaN(at)) {
      this.show(this.getAttribute('none') ?? 'never', '');
      return;
    }
    const seconds = (now() - at) / 1000;
    const over = (name) => this.hasAttribute(name) && seconds > Number(this.getAttribute(name));
    const tone = over('silent') ? 'bad' : over('stale') ? 'warn' : '';
    this.show(span(seconds) + (this.getAttribute('suffix') || ''), tone, instant(new Date(at), true));
  }
  show(text, tone, title) {
    if (this.textContent !== text) this.textContent = text;
    if (this.className !== tone) this.className = tone;
    if (title && this.title !== title) this.title = title;
  }
}

class Time extends HTMLElement {
  static observedAttributes = ['at', 'form'];
  connectedCallback() { zoned.add(this); this.update(); }
  disconnectedCallback() { zoned.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.update(); }
  update() {
    const at = Date.parse(this.getAttribute('at') || '');
    if (Number.isNaN(at)) { this.textContent = '—'; return; }
    const date = new Date(at);
    const today = day(new Date(now())) === day(date);
    const form = this.getAttribute('form');
    this.textContent = instant(date, form === 'full' || (form !== 'time' && !today), form !== 'minute');
    this.title = date.toISOString();
  }
}

class Zone extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.className = 'zone';
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', 'Time zone of all times shown');
    for (const [value, label] of [['local', 'Local'], ['utc', 'UTC']]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.dataset.zone = value;
      button.addEventListener('click', () => { localStorage.setItem(ZONE_KEY, value); this.mark(); zoned.forEach((t) => t.update()); ticking.forEach((t) => t.update()); window.dispatchEvent(new Event('matriarch-zone')); });
      this.append(button);
    }
    this.mark();
  }
  mark() { for (const b of this.children) b.setAttribute('aria-pressed', String((b.dataset.zone === 'utc') === utc())); }
}

// Says since when the page has not heard from the console; every age on screen goes on ticking.
class Connection extends HTMLElement {
  connectedCallback() {
    this.setAttribute('role', 'status');
    this.words = document.createElement('span');
    this.again = document.createElement('button');
    this.again.className = 'linklike';
    this.again.textContent = 'Reload';
    this.again.addEventListener('click', () => window.location.reload());
    this.replaceChildren(this.words, this.again);
    const state = window.Vaadin?.connectionState;
    state?.addStateChangeListener((_, current) => this.follow(current));
    setInterval(() => this.update(), 1000);
    setInterval(() => this.ask(), 5000);
  }
  follow(current) {
    // A click while it is lost is "loading" too, and makes nothing on screen newer.
    if (current === 'connected') { this.since = null; this.answers = 0; } else if (current !== 'loading') { this.since ??= Date.now(); }
    this.update();
  }
  // A click made while the browser was offline can keep Vaadin from ever finding back. The address
  // holds what the page shows, so it is opened again; but what was typed is not thrown away.
  async ask() {
    if (!this.since) return;
    const icon = new URL('ui/icon.svg', document.baseURI);
    const heard = await fetch(icon, { method: 'HEAD', cache: 'no-store' }).then((r) => r.ok, () => false);
    this.answers = heard ? (this.answers || 0) + 1 : 0;
    if (this.since && this.answers >= 3 && !document.querySelector('.sheet, vaadin-dialog[opened]')) window.location.reload();
    this.update();
  }
  update() {
    this.toggleAttribute('lost', Boolean(this.since));
    const back = this.answers >= 3;
    this.again.hidden = !back;
    const text = !this.since ? '' : `Connection lost. What you see is ${span((Date.now() - this.since) / 1000)} old. `
      + (back ? 'The console answers again; what you typed here is not saved.' : 'Trying again…');
    if (this.words.textContent !== text) this.words.textContent = text;
  }
}

setInterval(() => { if (!document.hidden) ticking.forEach((age) => age.update()); }, 1000);
document.addEventListener('visibilitychange', () => { if (!document.hidden) ticking.forEach((age) => age.update()); });

for (const [name, type] of [['m-age', Age], ['m-time', Time], ['m-zone', Zone], ['m-connection', Connection]]) {
  if (!customElements.get(name)) customElements.define(name, type);
}

// The page's title carries the number of problems, whichever page it is.
let problems = 0;
const plainTitle = () => document.title.replace(/^\(\d+\) /, '');
function markTitle() {
  const wanted = (problems ? `(${problems}) ` : '') + plainTitle();
  if (document.title !== wanted) document.title = wanted;
}
new MutationObserver(markTitle).observe(document.head, { subtree: true, childList: true, characterData: true });

window.Matriarch = {
  problems(count) { problems = count; markTitle(); },
  clock(serverMillis) { offset = serverMillis - Date.now(); },
  // Space ticks the focused row, Enter opens it, without leaving the grid's own keyboard movement.
  gridKeys(grid) {
    if (grid.matriarchKeys) return;
    grid.matriarchKeys = true;
    grid.addEventListener('keydown', (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      if (event.composedPath()[0].closest?.('a, button, input, vaadin-grid-sorter')) return;
      const item = grid.getEventContext(event).item;
      if (!item) return;
      event.preventDefault();
      event.stopPropagation();
      grid.$server.rowKey(item.key, event.key, event.shiftKey);
    }, true);
  },
};

document.addEventListener('keydown', (event) => {
  const typing = event.composedPath()[0].matches?.('input, textarea, [contenteditable]');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector('.search');
    if (search) { event.preventDefault(); search.focus(); }
  }
});

// The sign-in redirect leaves its own parameter behind; a shared address should not carry it.
const here = new URL(window.location.href);
if (here.searchParams.has('continue')) {
  here.searchParams.delete('continue');
  window.history.replaceState(window.history.state, '', here);
}
