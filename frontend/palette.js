// Keys of the "Jump to" box: the focus stays in the field, the chosen line moves.
function options(box) { return [...box.querySelectorAll('[role="option"]:not([aria-disabled])')]; }

function mark(box, chosen) {
  for (const option of options(box)) option.setAttribute('aria-selected', String(option === chosen));
  const input = box.querySelector('input');
  if (chosen) {
    input.setAttribute('aria-activedescendant', chosen.id);
    chosen.scrollIntoView({ block: 'nearest' });
  } else {
    input.removeAttribute('aria-activedescendant');
  }
}

function move(box, step) {
  const all = options(box);
  if (!all.length) return;
  const at = all.findIndex((option) => option.getAttribute('aria-selected') === 'true');
  mark(box, all[(at + step + all.length) % all.length]);
}

const answered = (box) => box.querySelector('[role="listbox"]').dataset.asked === box.querySelector('input').value;

function wire(box) {
  const input = box.querySelector('input');
  if (!box.wired) {
    box.wired = true;
    input.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        move(box, event.key === 'ArrowDown' ? 1 : -1);
      } else if (event.key === 'Enter') {
        event.preventDefault();
        event.stopPropagation();
        // What was typed last may not be answered yet; the answer then opens its first line.
        const chosen = box.querySelector('[role="option"][aria-selected="true"]');
        if (chosen && answered(box)) chosen.click(); else box.pending = true;
      }
    });
    new MutationObserver(() => {
      const first = options(box)[0];
      mark(box, first);
      if (box.pending && first && answered(box)) { box.pending = false; first.click(); }
    }).observe(box.querySelector('[role="listbox"]'), { childList: true });
  }
  box.pending = false;
  mark(box, options(box)[0]);
  setTimeout(() => input.focus());
}

window.MatriarchPalette = { wire };
