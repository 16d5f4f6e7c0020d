// Lag over time. ECharts is loaded only on pages that draw something.
import { utc } from './matriarch.js';

const library = new URL('../_static/echarts/6.0.0/dist/echarts.esm.min.js', import.meta.url);
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

function bytes(value) {
  let n = value;
  let unit = 0;
  while (Math.abs(n) >= 1024 && unit < UNITS.length - 1) { n /= 1024; unit += 1; }
  return `${n >= 100 || Number.isInteger(n) ? Math.round(n) : n.toFixed(1)} ${UNITS[unit]}`;
}

// 1024 and its halves and multiples: ticks that read well, never less than 1 kB apart.
function step(most) {
  let size = 1024;
  while (most / size > 4) size *= most / size > 8 ? 4 : 2;
  return size;
}

// A standby ahead of an older sample of its primary is not behind: drawn at 0, told in words.
function words(lag) {
  if (lag === null || lag === undefined) return 'unknown';
  return lag < 0 ? `${bytes(-lag)} ahead` : bytes(lag);
}

function told(points) {
  const lines = points.map(({ marker, seriesName, data }) => `${marker}${seriesName}  ${words(data.lag)}`);
  return [points[0]?.axisValueLabel, ...lines].join('\n');
}

class LagChart extends HTMLElement {
  set series(series) { this.given = series; this.draw(); }
  connectedCallback() {
    this.style.display = 'block';
    this.scheme = window.matchMedia('(prefers-color-scheme: dark)');
    this.scheme.addEventListener('change', this.redraw);
    window.addEventListener('matriarch-zone', this.redraw);
    this.sizes = new ResizeObserver(() => this.chart?.resize());
    this.sizes.observe(this);
    if (this.given) this.draw();
  }
  disconnectedCallback() {
    this.scheme.removeEventListener('change', this.redraw);
    window.removeEventListener('matriarch-zone', this.redraw);
    this.sizes.disconnect();
    this.chart?.dispose();
    this.chart = undefined;
  }
  redraw = () => this.draw();

  colour(name) {
    const probe = document.createElement('i');
    probe.style.color = `var(${name})`;
    this.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  }

  async draw() {
    if (!this.isConnected || !this.given) return;
    const echarts = await import(library.href);
    if (!this.isConnected) return;
    const text = this.colour('--m-mute');
    const line = this.colour('--m-line');
    const palette = ['--m-accent', '--m-warn', '--m-ok', '--m-bad', '--m-mute'].map((c) => this.colour(c));
    this.chart ??= echarts.init(this, null, { renderer: 'svg' });
    const samples = this.given.flatMap(({ points }) => points);
    const first = Math.min(...samples.map(([at]) => at));
    // One sample has no length; ten minutes show it as a point in time.
    const last = Math.max(Date.now(), first + 600000);
    const interval = step(Math.max(0, ...samples.map(([, lag]) => lag ?? 0)));
    const most = Math.max(1, Math.ceil(Math.max(0, ...samples.map(([, lag]) => lag ?? 0)) / interval)) * interval;
    this.chart.setOption({
      animation: false,
      useUTC: utc(),
      color: palette,
      textStyle: { fontFamily: getComputedStyle(this).fontFamily, color: text },
      grid: { left: 66, right: 14, top: 30, bottom: 24 },
      legend: { top: 0, left: 60, itemHeight: 3, itemWidth: 16, textStyle: { color: text }, icon: 'rect' },
      tooltip: { trigger: 'axis', renderMode: 'richText', formatter: told },
      xAxis: { type: 'time', min: first, max: last, axisLine: { lineStyle: { color: line } }, axisLabel: { color: text, hideOverlap: true }, splitLine: { show: false } },
      yAxis: { type: 'value', min: 0, max: most, interval, axisLabel: { color: text, formatter: bytes }, splitLine: { lineStyle: { color: line } } },
      series: this.given.map(({ name, points }) => ({ name, type: 'line', showSymbol: points.length < 3, connectNulls: false, lineStyle: { width: 1.4 }, data: points.map(([at, lag]) => ({ value: [at, lag === null ? null : Math.max(0, lag)], lag })) })),
    }, true);
  }
}

if (!customElements.get('m-lag-chart')) customElements.define('m-lag-chart', LagChart);
