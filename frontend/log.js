// A job's log. Lines arrive as [instant, host, stream, text] and become text nodes, never markup.
import { instantParts } from './matriarch.js';

const MOST = 5000;
const SIGNS = { command: '$', stdout: ' ', stderr: '!', exit: ' ', info: ' ', error: '✕' };

class Log extends HTMLElement {
  connectedCallback() {
    this.setAttribute('role', 'log');
    this.setAttribute('aria-label', 'Job log');
    this.tabIndex = 0;
    this.classList.add('log');
    this.stick = true;
    this.addEventListener('scroll', () => {
      this.stick = this.scrollHeight - this.scrollTop - this.clientHeight < 30;
    });
  }

  clear() {
    this.replaceChildren();
    this.dropped = 0;
    this.stick = true;
  }

  append(lines) {
    const part = document.createDocumentFragment();
    for (const [at, host, stream, text] of lines) part.append(this.line(at, host, stream, text));
    this.add(part);
  }

  add(part) {
    this.appendChild(part);
    const over = this.childElementCount - MOST;
    if (over > 0) {
      for (let i = 0; i < over; i += 1) this.firstElementChild.remove();
      this.dropped = (this.dropped || 0) + over;
      this.setAttribute('dropped', this.dropped);
    }
    if (this.stick) this.scrollTop = this.scrollHeight;
  }

  line(at, host, stream, text) {
    const row = document.createElement('div');
    row.className = `logline ${stream}`;
    for (const [name, value] of [['at', instantParts(at)], ['host', host], ['sign', SIGNS[stream] ?? ' '], ['text', text]]) {
      const cell = document.createElement('span');
      cell.className = name;
      cell.textContent = value;
      if (name === 'at') cell.title = at;
      row.append(cell);
    }
    return row;
  }
}

if (!customElements.get('m-log')) customElements.define('m-log', Log);
