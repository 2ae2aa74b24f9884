/* What scripts add to pages that work without them: no double submits, drafts that save themselves, counters,
   focus where it is needed, news as it happens. Words come from the page, in its language. */
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (key) => document.body.dataset[key] || "";
  const clock = () => new Intl.DateTimeFormat(root.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date());
  const figure = (n) => new Intl.NumberFormat(root.lang).format(n);

  // --- One form, one answer: a second press does nothing; after 300 ms the button says what goes on.

  const wording = (button) => [...button.childNodes].reverse().find((node) => node.nodeName !== "svg" && node.textContent.trim());

  function release(form) {
    delete form.dataset.sent;
    for (const button of all("[data-words]", form)) {
      wording(button).textContent = button.dataset.words;
      delete button.dataset.words;
      button.removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter || form.querySelector("button[type=submit], button:not([type])");
    if (!button) return;
    setTimeout(() => {
      if (!form.dataset.sent) return;
      button.setAttribute("aria-busy", "true");
      const words = wording(button);
      if (button.dataset.busy && words) {
        button.dataset.words = words.textContent;
        words.textContent = button.dataset.busy;
      }
    }, 300);
  }, true);

  addEventListener("pageshow", (event) => {
    if (event.persisted) all("[data-once]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("[data-once]");
    if (form) release(form);
  });

  // --- Counters: "412 of 5,000". Too much stays in the field and is said.

  function count(line) {
    const field = document.getElementById(line.dataset.counter);
    if (!field || line.dataset.bound) return;
    line.dataset.bound = "yes";
    const limit = Number(field.dataset.limit);
    const show = () => {
      const used = [...field.value.replace(/\r\n/g, "\n")].length;
      line.textContent = line.dataset.of.replace("{used}", figure(used)).replace("{limit}", figure(limit));
      line.toggleAttribute("data-over", used > limit);
    };
    field.addEventListener("input", show);
    show();
  }

  // --- Drafts that save themselves: 2 s after the last key, on leaving a field, on leaving the page.

  const CHANNEL = "BroadcastChannel" in window ? new BroadcastChannel("freehold-drafts") : null;
  const PREFIX = "draft:";

  function autosave(form) {
    if (form.dataset.bound) return;
    form.dataset.bound = "yes";
    const address = form.dataset.autosave;
    const key = PREFIX + address;
    const line = form.querySelector("[data-saved]") || form.appendChild(Object.assign(document.createElement("p"), { className: "fh-saved" }));
    line.setAttribute("role", "status");
    let dirty = false, busy = false, again = false, waiting = 0, retry = 0;

    const values = () => {
      const data = new FormData(form);
      for (const field of all("input[type=file], input[type=password]", form)) if (field.name) data.delete(field.name);
      return data;
    };
    const keep = () => {
      const pairs = [...values()].filter(([name]) => name !== "csrfmiddlewaretoken");
      try { localStorage.setItem(key, JSON.stringify(pairs)); } catch { /* no room: the next save tries again */ }
    };
    const drop = () => { try { localStorage.removeItem(key); } catch { /* nothing kept */ } };

    async function save(leaving = false) {
      clearTimeout(waiting);
      if (!dirty || form.dataset.sent) return;
      if (busy) { again = true; return; }
      busy = true;
      dirty = false;
      try {
        const answer = await fetch(address, { method: "POST", body: values(), headers: { "X-Autosave": "1", Accept: "text/plain" }, keepalive: leaving });
        const type = answer.headers.get("Content-Type") || "";
        if (answer.ok) {
          const text = answer.status !== 204 && type.startsWith("text/plain") ? (await answer.text()).trim() : "";
          line.textContent = text || say("saySaved").replace("{time}", clock());
          drop();
          if (CHANNEL) CHANNEL.postMessage(address);
        } else if (answer.status === 409) {
          line.textContent = say("sayConflict");
          keep();
        } else if (answer.status !== 422) {
          throw new Error(String(answer.status));
        }
      } catch {
        dirty = true;
        keep();
        line.textContent = say("sayLocal");
        clearTimeout(retry);
        retry = setTimeout(save, 10000);
      } finally {
        busy = false;
      }
      if (again) { again = false; save(); }
    }

    form.addEventListener("input", () => {
      dirty = true;
      clearTimeout(waiting);
      waiting = setTimeout(save, 2000);
    });
    form.addEventListener("change", () => { dirty = true; save(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
    addEventListener("online", () => save());
    form.addEventListener("submit", drop);
    if (CHANNEL) CHANNEL.addEventListener("message", (event) => {
      if (event.data === address) line.textContent = say("sayElsewhere");
    });

    // What was kept on this device while the network was away comes back.
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* unreadable: as if nothing was kept */ }
    if (kept) {
      for (const [name, value] of kept) {
        const field = form.elements.namedItem(name);
        if (field && "value" in field && field.type !== "hidden" && field.type !== "file") {
          field.value = value;
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }
      }
      line.textContent = say("sayLocal");
      dirty = true;
      save();
    }
  }

  // Signing out leaves nothing behind on this device.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches('form[action="/sign-out"]')) return;
    try { for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key); } catch { /* nothing there */ }
  });

  // --- Menus close when one looks elsewhere.

  document.addEventListener("click", (event) => {
    for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // --- A choice that takes effect at once, such as a sort order.

  document.addEventListener("change", (event) => {
    const form = event.target.matches("[data-autosubmit]") && event.target.form;
    if (form) form.requestSubmit();
  });

  // --- htmx: token where no form brings one, a sentence when the network is away.

  document.addEventListener("htmx:configRequest", (event) => {
    const { verb, parameters, headers } = event.detail;
    if (verb === "get" || (parameters.has ? parameters.has("csrfmiddlewaretoken") : "csrfmiddlewaretoken" in parameters)) return;
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) headers["X-CSRFToken"] = token.value;
  });
  document.addEventListener("htmx:sendError", () => {
    const flash = document.getElementById("flash");
    if (!flash) return;
    const note = Object.assign(document.createElement("p"), { className: "fh-alert", textContent: say("sayOffline") });
    note.dataset.kind = "wait";
    flash.replaceChildren(note);
  });

  // --- News: the stream says that something changed, the page asks what.

  async function recount() {
    const bell = document.querySelector("[data-notices]");
    if (!bell) return;
    const answer = await fetch("/notices/count", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { unread } = await answer.json();
    const badge = bell.querySelector("b");
    badge.hidden = !unread;
    badge.textContent = unread < 100 ? unread : "99+";
    bell.setAttribute("aria-label", unread ? bell.dataset.labelSome.replace("{n}", figure(unread)) : bell.dataset.labelNone);
  }

  function listen() {
    const address = document.body.dataset.live;
    if (!address || !("EventSource" in window)) return;
    let stream = null;
    const open = () => {
      if (stream) return;
      stream = new EventSource(address);
      stream.onmessage = (event) => {
        let news;
        try { news = JSON.parse(event.data); } catch { return; }
        if (news.kind === "signed_out") location.reload();
        else if (news.kind.startsWith("notice")) recount().catch(() => {});
        document.body.dispatchEvent(new CustomEvent("live:" + news.kind, { bubbles: true, detail: news }));
      };
    };
    const close = () => { if (stream) stream.close(); stream = null; };
    addEventListener("pagehide", close);
    addEventListener("pageshow", open);
    open();
  }

  // --- Every page, and every part that htmx brings.

  function dress(within) {
    all("[data-counter]", within).forEach(count);
    all("form[data-autosave]", within).forEach(autosave);
    const first = within.querySelector("[data-focus]");
    if (first) first.focus();
  }

  document.addEventListener("htmx:afterSwap", (event) => dress(event.target));
  const begin = () => { dress(document); listen(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
