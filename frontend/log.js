// A job's log. Lines arrive as [seq, instant, host, stream, text] and become text nodes, never
// markup. A line that was committed late is put in its place by its seq.
import { instantParts } from './matriarch.js';

const MOST = 3000;
const SIGNS = { command: '$', stdout: '', stderr: '!', exit: '', info: '', error: '✕' };
const NAMES = { command: 'command', stderr: 'standard error', error: 'error' };

class Log extends HTMLElement {
  connectedCallback() {
    if (this.stick !== undefined) return;
    this.setAttribute('role', 'log');
    this.setAttribute('aria-label', 'Job log');
    this.setAttribute('aria-live', 'off');
    this.tabIndex = 0;
    this.classList.add('log');
    this.stick = true;
    this.addEventListener('scroll', () => {
      this.stick = this.scrollHeight - this.scrollTop - this.clientHeight < 30;
      this.toggleAttribute('away', !this.stick);
    });
    window.addEventListener('matriarch-zone', () => this.retime());
  }

  clear() {
    this.replaceChildren();
    this.stick = true;
    this.removeAttribute('away');
  }

  append(lines) {
    const last = this.lastElementChild?.seq ?? 0;
    const part = document.createDocumentFragment();
    for (const line of lines) part.append(this.line(...line));
    this.appendChild(part);
    if (lines.length && lines[0][0] < last) {
      [...this.children].sort((a, b) => a.seq - b.seq).forEach((row) => this.appendChild(row));
    }
    const over = this.childElementCount - MOST;
    for (let i = 0; i < over; i += 1) this.firstElementChild.remove();
    if (over > 0) this.setAttribute('dropped', '');
    if (this.stick) this.scrollTop = this.scrollHeight;
  }

  line(seq, at, host, stream, text) {
    const row = document.createElement('div');
    row.className = `logline ${stream}`;
    row.seq = seq;
    for (const [name, value] of [['at', instantParts(at)], ['host', host], ['sign', SIGNS[stream] ?? ''], ['text', text]]) {
      const cell = document.createElement('span');
      cell.className = name;
      cell.textContent = value;
      if (name === 'at') { cell.title = at; cell.dataset.at = at; }
      if (name === 'host') cell.title = host;
      if (name === 'sign' && NAMES[stream]) { cell.setAttribute('role', 'img'); cell.setAttribute('aria-label', NAMES[stream]); }
      row.append(cell);
    }
    return row;
  }

  retime() {
    this.querySelectorAll('.at').forEach((cell) => { cell.textContent = instantParts(cell.dataset.at); });
  }
}

if (!customElements.get('m-log')) customElements.define('m-log', Log);
