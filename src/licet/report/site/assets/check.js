// Checks the proof of an entry of the log in the browser: RFC 9162 inclusion by SHA-256, and the checkpoint's
// Ed25519 signature where the browser has it. The same as `licet log verify proof.json`. Nothing is sent.
'use strict';
(function () {
  const box = document.getElementById('check-here');
  if (!box || !window.crypto || !crypto.subtle) return;
  box.hidden = false;
  const said = document.getElementById('check-said');
  const bytes = text => new TextEncoder().encode(text);
  const from64 = text => Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
  const sha = async data => new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  const joined = (...parts) => {
    const found = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    let at = 0;
    for (const part of parts) { found.set(part, at); at += part.length; }
    return found;
  };
  const same = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);

  async function root(leaf, index, size, proof) {
    let hash = await sha(joined(Uint8Array.of(0), bytes(leaf)));
    let at = index, last = size - 1;
    for (const part of proof) {
      if (last === 0) return null;
      if (at % 2 === 1 || at === last) {
        hash = await sha(joined(Uint8Array.of(1), part, hash));
        while (at % 2 === 0 && at !== 0) { at = Math.floor(at / 2); last = Math.floor(last / 2); }
      } else {
        hash = await sha(joined(Uint8Array.of(1), hash, part));
      }
      at = Math.floor(at / 2); last = Math.floor(last / 2);
    }
    return last === 0 ? hash : null;
  }

  async function signed(checkpoint, keyText) {
    const cut = checkpoint.indexOf('\n\n');
    const text = checkpoint.slice(0, cut + 1);
    const line = checkpoint.slice(cut + 2).trimEnd();
    const [name, held] = [line.split(' ')[1], from64(line.split(' ')[2])];
    const [keyName, , key] = [keyText.split('+')[0], '', keyText.split('+').slice(2).join('+')];
    const raw = from64(key).slice(1);
    const id = (await sha(joined(bytes(keyName + '\n'), Uint8Array.of(1), raw))).slice(0, 4);
    if (name !== keyName || text.split('\n')[0] !== keyName || !same(id, held.slice(0, 4))) return false;
    const imported = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
    return crypto.subtle.verify({ name: 'Ed25519' }, imported, held.slice(4), bytes(text));
  }

  async function check(given) {
    let proof, head;
    try {
      proof = JSON.parse(given);
      head = proof.checkpoint.split('\n');
      const whole = Number.isInteger(proof.index) && proof.index >= 0 && proof.index < proof.size;
      if (!whole || typeof proof.leaf !== 'string' || Number(head[1]) !== proof.size) return 'wrong';
      const found = await root(proof.leaf, proof.index, proof.size, proof.proof.map(from64));
      if (!found || !same(found, from64(head[2]))) return 'out';
    } catch (fault) {
      return 'wrong';
    }
    try {
      return (await signed(proof.checkpoint, said.dataset.key)) ? 'in' : 'unsigned';
    } catch (fault) {
      return 'old';
    }
  }

  document.getElementById('check-now').addEventListener('click', async () => {
    said.textContent = '';
    said.textContent = said.dataset[await check(document.getElementById('given').value)];
  });
})();
