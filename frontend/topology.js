// Who follows whom, in layers: one column a site, an indented tree within it, curves between sites.
const NS = 'http://www.w3.org/2000/svg';
const W = 212;
const H = 44;
const GAP = 14;
const INDENT = 26;
const COLUMN = 330;
const TOP = 26;

function make(name, attributes, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function tree(nodes) {
  const children = new Map();
  const ids = new Set(nodes.map((n) => n.id));
  for (const n of nodes) {
    const parent = n.upstream !== null && ids.has(n.upstream) ? n.upstream : null;
    children.set(parent, [...(children.get(parent) || []), n]);
  }
  const ordered = [];
  const seen = new Set();
  const walk = (parent, depth) => {
    for (const n of children.get(parent) || []) {
      if (seen.has(n.id)) continue;
      seen.add(n.id);
      ordered.push({ ...n, depth });
      walk(n.id, depth + 1);
    }
  };
  walk(null, 0);
  for (const n of nodes) if (!seen.has(n.id)) ordered.push({ ...n, depth: 0 });
  return ordered;
}

class Topology extends HTMLElement {
  set nodes(nodes) {
    const text = JSON.stringify(nodes);
    if (text === this.text) return;
    this.text = text;
    this.given = nodes;
    this.draw();
  }

  set movable(movable) { this.mayMove = movable; if (this.given) this.draw(); }
  connectedCallback() {
    if (!this.listens) this.listen();
    this.listens = true;
    if (this.given) this.draw();
  }

  // A standby is put onto another member by dragging it, or by M, Tab and Enter; Escape lets it be.
  listen() {
    this.addEventListener('dragstart', (e) => { if (this.mayMove) e.preventDefault(); });
    this.addEventListener('pointerdown', (e) => {
      const box = this.boxAt(e.target);
      if (this.mayMove && e.button === 0 && box?.dataset.movable) this.held = { box, x: e.clientX, y: e.clientY };
    });
    window.addEventListener('pointermove', (e) => {
      if (!this.held) return;
      if (!this.taken && Math.hypot(e.clientX - this.held.x, e.clientY - this.held.y) > 6) this.take(this.held.box);
      if (this.taken) this.aim(this.boxAt(document.elementFromPoint(e.clientX, e.clientY)), e);
    });
    window.addEventListener('pointerup', () => {
      const dragged = this.held && this.taken;
      this.held = null;
      if (!dragged) return;
      // The click that follows would open the page of whatever lies there.
      window.addEventListener('click', (e) => { e.preventDefault(); e.stopPropagation(); }, { capture: true, once: true });
      setTimeout(() => this.drop(), 0);
    });
    this.addEventListener('keydown', (e) => {
      const box = this.boxAt(e.target);
      if (!this.mayMove || !box) return;
      if (e.key.toLowerCase() === 'm' && box.dataset.movable) this.take(box);
      else if (this.taken && e.key === 'Enter') { this.aim(box); this.drop(); } else if (this.taken && e.key === 'Escape') this.release();
      else return;
      e.preventDefault();
    });
    this.addEventListener('focusin', (e) => { if (this.taken) this.aim(this.boxAt(e.target)); });
  }

  boxAt(node) {
    const box = node?.closest?.('a.box');
    return box && this.contains(box) ? box : null;
  }

  take(box) {
    this.release();
    this.taken = box;
    box.classList.add('taken');
    this.say(`${box.dataset.name} is to follow … Tab to whom, Enter; Escape lets it be.`);
  }

  aim(box, pointer) {
    this.aimed?.classList.remove('aimed');
    this.aimed = box && box !== this.taken ? box : null;
    this.aimed?.classList.add('aimed');
    if (pointer || this.aimed) this.say(this.aimed ? `${this.taken.dataset.name} is to follow ${this.aimed.dataset.name}` : `${this.taken.dataset.name} is to follow …`);
  }

  drop() {
    const standby = this.taken;
    const upstream = this.aimed;
    this.release();
    if (standby && upstream) {
      this.dispatchEvent(new CustomEvent('moved', { detail: { standby: Number(standby.dataset.id), upstream: Number(upstream.dataset.id) } }));
    }
  }

  release() {
    this.taken?.classList.remove('taken');
    this.aimed?.classList.remove('aimed');
    this.taken = null;
    this.aimed = null;
    this.say('');
  }

  say(text) {
    if (this.hint) this.hint.textContent = text || this.usual();
  }

  usual() {
    return this.mayMove && this.given.some((n) => n.movable) && this.given.length > 2
      ? 'Drag a standby onto whom it is to follow, or press M on it.' : '';
  }

  draw() {
    const sites = [...new Set(this.given.map((n) => n.site))];
    const placed = new Map();
    sites.forEach((site, column) => {
      tree(this.given.filter((n) => n.site === site)).forEach((n, row) => {
        placed.set(n.id, { ...n, x: column * COLUMN + n.depth * INDENT, y: TOP + row * (H + GAP), column });
      });
    });
    const all = [...placed.values()];
    const width = Math.max(...all.map((n) => n.x + W), 0) + 4;
    const height = Math.max(...all.map((n) => n.y + H), 0) + 4;
    const svg = make('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': 'Who follows whom' });
    sites.forEach((site, column) => {
      svg.append(make('text', { x: column * COLUMN + 1, y: 14, class: 'site' }, site));
      if (column) svg.append(make('line', { x1: column * COLUMN - 46, x2: column * COLUMN - 46, y1: 4, y2: height, class: 'border' }));
    });
    all.forEach((n) => { const up = placed.get(n.upstream); if (up) svg.append(this.edge(up, n)); });
    all.forEach((n) => svg.append(this.box(n)));
    const taken = this.taken?.dataset.id;
    const focused = this.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    this.hint = document.createElement('div');
    this.hint.className = 'hint';
    this.hint.setAttribute('role', 'status');
    this.replaceChildren(svg, this.hint);
    this.taken = null;
    this.aimed = null;
    if (focused) svg.querySelector(`a.box[data-id="${focused}"]`)?.focus();
    const again = taken && svg.querySelector(`a.box[data-id="${taken}"]`);
    if (again) this.take(again); else this.say('');
  }

  edge(up, n) {
    const y = n.y + H / 2;
    let path;
    if (up.column === n.column) {
      const x = up.x + INDENT / 2;
      path = `M${x} ${up.y + H} V${y - 6} Q${x} ${y} ${x + 6} ${y} H${n.x - 2}`;
    } else {
      const from = up.x + W;
      const mid = (from + n.x) / 2;
      const y1 = up.y + H / 2;
      path = `M${from} ${y1} C${mid} ${y1} ${mid} ${y} ${n.x - 2} ${y}`;
    }
    // Nothing flows from one that does not run, whatever the standby's own state is.
    const tone = (up.tone === 'idle' || up.tone === 'bad') && n.tone === 'ok' ? 'idle' : n.tone;
    return make('path', { d: path, class: `edge ${tone}` });
  }

  box(n) {
    const link = make('a', { href: n.link, class: `box ${n.tone} ${n.primary ? 'primary' : ''}` });
    link.setAttribute('router-link', '');
    link.dataset.id = n.id;
    link.dataset.name = n.name;
    if (n.movable) link.dataset.movable = 'yes';
    link.append(make('title', {}, `${n.name} · ${n.what}`));
    link.append(make('rect', { x: n.x + 1, y: n.y, width: W - 2, height: H, rx: 7 }));
    link.append(make('text', { x: n.x + 12, y: n.y + 18, class: 'name' }, cut(n.name, 28)));
    link.append(make('text', { x: n.x + 12, y: n.y + 35, class: 'what' }, cut(n.what, 34)));
    link.append(make('text', { x: n.x + W - 12, y: n.y + 18, class: 'sign' }, n.sign));
    return link;
  }
}

if (!customElements.get('m-topology')) customElements.define('m-topology', Topology);
