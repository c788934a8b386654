"""The look of the page: one style sheet for light, dark and paper."""

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --ground: #f5f6f7; --surface: #fff; --line: #dee1e5; --text: #1b1d20; --muted: #565c64;
  --accent: #2f66db; --accent-2: #7f9fe8; --accent-3: #b7c8f2;
  --error: #b3261e; --warning: #8a4b00; --hint: #2f5d8a; --well: #eceef1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17191b; --surface: #1f2123; --line: #3a3e43; --text: #ecedef; --muted: #a9afb7;
    --accent: #6c97f5; --accent-2: #4a69ab; --accent-3: #354873;
    --error: #ff9a90; --warning: #f2b465; --hint: #93bfe8; --well: #2a2d30;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 32px 24px 64px; max-width: 1120px; background: var(--ground);
  color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, ol { margin: 0; }
h1 { font-size: 30px; line-height: 1.2; }
h2 { font-size: 20px; margin: 40px 0 12px; }
h3 { display: inline; font-size: 16px; }
ul, ol { padding: 0; list-style: none; }
a { color: var(--accent); }
.muted, .eyebrow, small { color: var(--muted); }
.eyebrow { font-weight: 600; margin-bottom: 4px; }
.box {
  background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 16px;
}
.box + .box { margin-top: 12px; }
.problem { border-color: var(--error); margin-top: 24px; }
.tiles { display: grid; gap: 12px; margin-top: 24px;
  grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); }
.tiles .box { margin: 0; }
.tiles b { display: block; font-size: 28px; line-height: 1.25; }
.contents { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 24px; }
summary { cursor: pointer; display: flex; align-items: baseline; gap: 12px; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "\\25B8"; color: var(--muted); }
[open] > summary::before { content: "\\25BE"; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.number { margin-left: auto; font-weight: 600; white-space: nowrap; }
.severity { min-width: 96px; font-weight: 600; }
.severity::before { display: inline-block; width: 18px; }
.error { color: var(--error); } .error::before { content: "\\25CF"; }
.warning { color: var(--warning); } .warning::before { content: "\\25B2"; }
.hint { color: var(--hint); } .hint::before { content: "\\25CB"; }
.advice { color: var(--muted); margin: 4px 0 12px 27px; max-width: 80ch; }
.cards { display: grid; gap: 16px 12px;
  grid-template-columns: repeat(auto-fill, minmax(144px, 1fr)); }
.cards img, .gone { display: flex; width: 100%; height: 128px; object-fit: contain;
  background: var(--well); border-radius: 6px; }
.gone { align-items: center; justify-content: center; color: var(--muted); font-size: 13px; }
.cards p { font-size: 13px; line-height: 1.4; margin-top: 4px; }
.cards small, .cards b { display: block; }
.wide { grid-column: 1 / -1; }
.wide + .wide { border-top: 1px solid var(--line); padding-top: 12px; }
.wide > p:first-child { font-size: 14px; margin: 0; }
.wide > .cards { margin-top: 8px; }
.said { grid-column: 1 / -1; font-size: 14px; margin-top: -10px; }
.cards .said p { font-size: 14px; margin: 0; }
.said:first-child { margin-top: 0; }
.more { color: var(--muted); font-size: 13px; margin-top: 12px; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 5px 12px 5px 0; text-align: left; vertical-align: top; font-weight: 400; }
thead th { color: var(--muted); border-bottom: 1px solid var(--line); }
tfoot th, tfoot td { border-top: 1px solid var(--line); font-weight: 600; }
td.figure, th.figure { text-align: right; white-space: nowrap; }
td.bar { width: 42%; vertical-align: middle; }
.bar div { display: flex; height: 12px; gap: 1px; }
.bar i { border-radius: 1px; }
i.train { background: var(--accent); } i.validation { background: var(--accent-2); }
i.test { background: var(--accent-3); }
.key i { display: inline-block; width: 10px; height: 10px; margin-right: 6px; }
.key span { margin-right: 18px; }
.plot { display: block; width: 100%; max-width: 640px; height: auto; }
footer { margin-top: 48px; color: var(--muted); font-size: 13px; }
@media print {
  :root { color-scheme: light; }
  body { background: #fff; padding: 0; max-width: none; font-size: 12px; }
  .contents { display: none; }
  .cards li, .box h3, tr { break-inside: avoid; }
  i, .gone, .cards img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
