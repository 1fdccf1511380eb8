/* What scripts add: keys, guards against doing twice, drafts, a warning before the session ends. Everything works without. */
"use strict";
(function () {
  const GUARD = 800; // milliseconds a pane must have been seen before keys may submit it
  let shownAt = performance.now();
  const one = (what, within) => (within || document).querySelector(what);
  const all = (what, within) => Array.from((within || document).querySelectorAll(what));
  const typing = (node) => node && /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && !/^(checkbox|radio)$/.test(node.type);

  function focusMarked(within) {
    const marked = one("[data-focus]", within);
    if (marked) marked.focus({ preventScroll: marked.dataset.focus === "in-place" });
  }

  /* A form is sent once: the second press finds it sent. Without a network nothing leaves this page, and it says so. */
  const who = document.body.dataset.who || "";
  const offline = one(".offline");
  let held = null; // the form that waits for the network
  function warn(form) {
    held = form || held;
    offline.hidden = false;
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!navigator.onLine) {
      event.preventDefault();
      return warn(form);
    }
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    sessionStorage.setItem("sent", keptAs(form));
    if (form.getAttribute("action") === "/sign-out") drafts().forEach((name) => localStorage.removeItem(name));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || navigator.onLine || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    warn();
  });
  document.addEventListener("htmx:sendError", () => warn());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  window.addEventListener("online", () => (offline.hidden = true));
  const again = one(".offline button");
  if (again)
    again.addEventListener("click", () => {
      if (!navigator.onLine) return;
      offline.hidden = true;
      if (held) held.requestSubmit();
    });

  /* Drafts of every form with room for words stay on this device under who typed them until they are sent, seven days at
     most; signing out forgets them. What will be sealed is not kept. */
  const WEEK = 7 * 24 * 3600 * 1000;
  const keptAs = (form) => "draft:" + who + ":" + (form.dataset.draft || form.getAttribute("action"));
  const drafts = () => Object.keys(localStorage).filter((name) => name.startsWith("draft:"));
  const passing = sessionStorage.getItem("sent");
  if (who && passing) {
    if (one("[data-test=flash], [data-done]")) localStorage.removeItem(passing);
    sessionStorage.removeItem("sent");
  }
  if (who && document.body.dataset.page) sessionStorage.setItem("page", document.body.dataset.page);
  if (one("[data-test=ended]"))
    all("input[name=next]").forEach((field) => (field.value = sessionStorage.getItem("page") || field.value));
  function isChoice(field) {
    return field.type === "radio" || field.type === "checkbox";
  }
  function restore(form, fields, values) {
    let put = false;
    fields.forEach((field) => {
      const kept = values[field.name];
      const group = fields.filter((other) => other.name === field.name);
      if (!kept || (isChoice(field) ? group.some((other) => other.defaultChecked) : field.value)) return;
      if (isChoice(field)) field.checked = kept.includes(field.value);
      else field.value = kept[0];
      put = put || !isChoice(field) || field.checked;
    });
    if (!put) return;
    const note = document.createElement("p");
    note.className = "note";
    note.dataset.test = "restored";
    note.setAttribute("role", "status");
    note.textContent = document.body.dataset.restored;
    form.prepend(note);
    for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
  const written = all("form[data-draft], form[method=post]:has(textarea)");
  (who ? written : []).forEach((form) => {
    const name = keptAs(form);
    const fields = all("textarea, select, input", form).filter(
      (field) => field.name && !/^(hidden|file|password)$/.test(field.type) && !field.closest("[data-sealed]")
    );
    try {
      const kept = JSON.parse(localStorage.getItem(name) || "{}");
      if (kept.at && Date.now() - kept.at < WEEK) restore(form, fields, kept.values);
    } catch (_) {
      localStorage.removeItem(name);
    }
    form.addEventListener("input", () => {
      const values = {};
      fields.forEach((field) => {
        if (field.value && (!isChoice(field) || field.checked)) (values[field.name] ||= []).push(field.value);
      });
      localStorage.setItem(name, JSON.stringify({ at: Date.now(), values }));
      const told = one("[data-saved]", form);
      if (told) told.textContent = told.dataset.saved;
      if (told) told.hidden = false;
    });
  });

  /* Files are named in the language of the page, and too much is said before it is sent. */
  all("input[data-none]").forEach((field) => {
    const said = document.createElement("output");
    const tell = () => {
      const files = Array.from(field.files);
      const size = files.reduce((sum, file) => sum + file.size, 0);
      const over = size > Number(field.dataset.most);
      said.textContent = over ? field.dataset.over : files.map((file) => file.name).join(", ") || field.dataset.none;
      said.classList.toggle("wrong", over);
      field.setCustomValidity(over ? field.dataset.over : "");
    };
    field.classList.add("covered");
    field.after(said);
    field.addEventListener("change", tell);
    tell();
  });

  /* Cells of a spreadsheet pasted into a figure fill the figures after it, too. */
  document.addEventListener("paste", (event) => {
    const cell = event.target.closest && event.target.closest("[data-cell]");
    const text = cell ? event.clipboardData.getData("text") : "";
    const values = text.trim().split(/[\t\r\n]+/);
    if (values.length < 2) return;
    event.preventDefault();
    const cells = all("[data-cell]", cell.form);
    const from = cells.indexOf(cell);
    if (from + values.length > cells.length || values.some((value) => !/\d/.test(value) || /[A-Za-z]/.test(value))) {
      // Names among the figures, or more figures than fields: the server reads them, and says what it took.
      one("#cells").value = text;
      one("#cells").closest("details").open = true;
      one("#cells").focus();
      return;
    }
    values.forEach((value, place) => (cells[from + place].value = value.trim()));
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* The offer to take something back ends when it would be refused. */
  all("form[data-expires]").forEach((form) => {
    setTimeout(() => form.remove(), Number(form.dataset.expires) * 1000);
  });

  /* Keys of the inbox. */
  function rows() {
    return all(".pick tbody tr");
  }
  function move(step) {
    const list = rows();
    const now = list.findIndex((row) => row.classList.contains("chosen"));
    const next = list[Math.max(0, Math.min(list.length - 1, now + step))];
    const link = next && one("a", next);
    if (link) link.click();
  }
  function choose(row) {
    rows().forEach((other) => {
      other.classList.toggle("chosen", other === row);
      const link = one("a", other);
      if (other === row) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const pane = one("form[data-guard]");
    if (pane && event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat && performance.now() - shownAt >= GUARD) pane.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = one("#q");
      if (search && search.offsetParent) {
        event.preventDefault();
        search.focus();
      }
    } else if (pane && /^[1-9]$/.test(event.key)) {
      const box = one("[data-key='" + event.key + "']", pane);
      if (box) box.click();
    } else if (pane && event.key === "j") move(1);
    else if (pane && event.key === "k") move(-1);
  });

  /* Swapped parts: focus goes to the new heading; a hidden page asks for nothing. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const polled = event.detail.elt.id === "wall" || event.detail.elt.id === "sim";
    if (polled && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "pane") return;
    shownAt = performance.now();
    const link = event.detail.requestConfig.elt;
    if (link && link.closest("tr")) choose(link.closest("tr"));
    focusMarked(event.detail.target);
  });

  /* Idle: a warning three minutes before the session ends; staying is one press, text typed is kept. */
  const idle = Number(document.body.dataset.idle || 0);
  if (idle) {
    const box = one(".idle");
    let timer = 0;
    const wait = () => {
      clearTimeout(timer);
      box.hidden = true;
      timer = setTimeout(() => (box.hidden = false), Math.max(0, idle - 180) * 1000);
    };
    one("button", box).addEventListener("click", () => fetch("/session").then(wait));
    wait();
  }

  /* The exercise played: a day a second until it is stopped or nothing more comes by itself. */
  const play = one("[data-play]");
  if (play) {
    let going = false;
    const second = () => new Promise((go) => setTimeout(go, 1000));
    const stride = async () => {
      while (going && one("#sim [data-coming]")) {
        const body = new URLSearchParams(new FormData(play.form));
        body.set("to", "day");
        body.set("key", body.get("key").slice(0, 40) + "-" + Date.now());
        const [answer] = await Promise.all([fetch(play.form.action, { method: "POST", body, headers: { "HX-Request": "true" } }), second()]);
        if (!answer.ok) break;
        one("#sim").innerHTML = await answer.text();
        one(".banner time").replaceWith(one("#sim time").cloneNode(true));
      }
      location = "/sim";
    };
    play.hidden = false;
    play.addEventListener("click", () => {
      going = !going;
      play.textContent = play.dataset.stop;
      if (going) stride();
      else play.disabled = true;
    });
  }

  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  document.addEventListener("click", (event) => {
    const menu = one(".places[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.activeElement && document.activeElement.closest("details[open]");
    if (open) {
      open.open = false;
      one("summary", open).focus();
    }
  });
  focusMarked();
})();
