// Puts a section's headlines where its own <script> element stands. It adds nothing to the page but one element with a
// shadow root, sets text as text only, loads no style sheet and asks for nothing but the feed.
(function () {
  "use strict";

  var css = `
:host { all: initial; display: block; color-scheme: light; --ink: #16181c; --soft: #565b63; --line: #dcd8d0; --red: #a3161d; --wash: #f6f4f0; --paper: transparent; }
:host([data-theme="dark"]) { color-scheme: dark; --ink: #eceae6; --soft: #a9adb5; --line: #33373f; --red: #ff8d88; --wash: #1d2026; --paper: #14161a; }
@media (prefers-color-scheme: dark) {
  :host([data-theme="auto"]) { color-scheme: dark; --ink: #eceae6; --soft: #a9adb5; --line: #33373f; --red: #ff8d88; --wash: #1d2026; --paper: #14161a; }
}
section { background: var(--paper); color: var(--ink); font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
:host([data-theme="dark"]) section { padding: .75rem; }
h2 { margin: 0; padding-bottom: .5rem; border-bottom: 3px solid var(--red); font: 700 1.125rem/1.3 "Noto Serif", Cambria, Georgia, serif; }
a { color: inherit; text-decoration: none; }
a:hover { color: var(--red); }
a:focus-visible { outline: 3px solid var(--red); outline-offset: 2px; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; gap: .75rem; padding-block: .75rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
li > div { min-width: 0; flex: 1; }
li a { display: block; font: 600 1rem/1.4 "Noto Serif", Cambria, Georgia, serif; }
p { margin: .25rem 0 0; color: var(--soft); font-size: .875rem; }
img { flex: none; width: 6rem; height: 4rem; object-fit: cover; background: var(--wash); }
time { display: block; margin-top: .25rem; color: var(--soft); font-size: .8125rem; }
.compact li { padding-block: .5rem; }
.cards ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; padding-top: .75rem; }
.cards li { display: block; padding: 0; border: 0; }
.cards img { width: 100%; height: auto; aspect-ratio: 3 / 2; margin-bottom: .5rem; }
`;

  function el(name, text) {
    var e = document.createElement(name);
    if (text) e.textContent = text;
    return e;
  }

  function web(url) {
    return typeof url === "string" && /^https?:\/\//i.test(url) ? url : "";
  }

  function pick(value, allowed) {
    return allowed.indexOf(value) >= 0 ? value : allowed[0];
  }

  // A feed's dates carry the offset of their place: what stands in them is what the clock there showed.
  function when(date, lang) {
    var m = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(date || "");
    if (!m) return "";
    return /^vi\b/i.test(lang) ? m[4] + ", " + m[3] + "/" + m[2] + "/" + m[1] : m[1] + "-" + m[2] + "-" + m[3] + ", " + m[4];
  }

  // What stands for a title where there is none: the first words.
  function brief(text) {
    text = (text || "").replace(/\s+/g, " ").trim();
    return text.length > 140 ? text.slice(0, 140).replace(/\S*$/, "").trim() + "…" : text || "…";
  }

  function link(href, text) {
    var a = el("a", text);
    a.href = href;
    a.target = "_blank";
    a.rel = "noopener";
    return a;
  }

  function row(item, o, feed) {
    var li = el("li"), div = el("div"), lang = item.language || feed.language || "";
    if (lang) li.lang = lang;
    if (o.layout !== "compact" && web(item.image)) {
      var img = el("img");
      img.alt = "";
      img.loading = "lazy";
      img.src = web(item.image);
      li.appendChild(img);
    }
    var id = String(item.id || "").replace(/^urn:uuid:/, "");
    var href = o.site + "/go/" + encodeURIComponent(id) + (o.partner ? "?from=" + encodeURIComponent(o.partner) : "");
    div.appendChild(link(href, item.title || brief(item.summary || item.content_text)));
    if (o.layout === "cards" && item.title && item.summary) div.appendChild(el("p", item.summary));
    var shown = when(item.date_published, lang);
    if (shown) {
      var t = el("time", shown);
      t.dateTime = item.date_published;
      div.appendChild(t);
    }
    li.appendChild(div);
    return li;
  }

  function show(host, o, feed) {
    var root = host.attachShadow({ mode: "open" });
    if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    }
    var box = el("section"), h = el("h2"), ul = el("ul");
    box.className = o.layout;
    if (feed.language) box.lang = feed.language;
    h.appendChild(link(o.site + "/feeds/" + encodeURIComponent(o.section), feed.title || ""));
    box.appendChild(h);
    feed.items.slice(0, o.limit).forEach(function (item) { ul.appendChild(row(item, o, feed)); });
    box.appendChild(ul);
    root.appendChild(box);
  }

  function start(script) {
    if (script.hasAttribute("data-shown")) return;
    script.setAttribute("data-shown", "");
    var d = script.dataset;
    var o = {
      site: script.src.replace(/\/embed\.js(?:[?#].*)?$/, ""),
      section: d.section || "all",
      limit: Math.min(50, Math.max(1, parseInt(d.limit, 10) || 5)),
      layout: pick(d.layout, ["list", "cards", "compact"]),
      partner: /^[\w.-]{1,64}$/.test(d.partner || "") ? d.partner : ""
    };
    var host = el("div");
    host.setAttribute("data-theme", pick(d.theme, ["light", "dark", "auto"]));
    script.parentNode.insertBefore(host, script.nextSibling);
    fetch(o.site + "/feeds/" + encodeURIComponent(o.section) + ".json", { credentials: "omit" })
      .then(function (r) {
        if (!r.ok) throw new Error("HTTP " + r.status);
        return r.json();
      })
      .then(function (feed) { show(host, o, feed); })
      .catch(function (e) { console.warn("tinhub: no headlines of " + o.section + ": " + e.message); });
  }

  if (document.currentScript) start(document.currentScript);
  else document.querySelectorAll('script[data-section][src*="/embed.js"]').forEach(start);
})();
