/* fachkraft-share: shows an alliance's feed on any page. No dependency, no cookie, no third party.
 *
 *   <fachkraft-share src="https://feeds.example/alliance/feed.json" kind="teaser" limit="6">
 *     <a href="https://alliance.example/">Zur Fachkräfte-Allianz</a>
 *   </fachkraft-share>
 *
 * 1. Nothing of the feed reaches an HTML parser: the few tags are read here and built by name.
 * 2. What is over, and a feed written more than an hour ago, is not shown; the link inside stays.
 * 3. No style attribute and no evaluated text: it works under a policy without "unsafe-".
 */
const HOUR = 3600;
const AGAIN = 300; // seconds: what was withdrawn leaves an open page, too
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_ITEMS = 1000;
const MOST_TEXT = 20000; // characters of an item; the alliance sends 8000 at most
const MOST_WAIT = 20000; // milliseconds for an answer
const KINDS = ["teaser", "activity", "invitation"];
const LINK = "recommend"; // chosen as a kind is: the link to recommend somebody
const TAGS = { p: "p", ul: "ul", ol: "ol", li: "li", strong: "strong", em: "em", h3: "h4" };
const PIECE = /<(\/?)(p|ul|ol|li|strong|em|h3|a)(?: href="([^"<>]*)")?>|<(br)>|<(script|style|iframe)\b[^]*?<\/\5\s*>|<[^<>]*>|[^<]+|</giu;
const LETTERS = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'" };
const WORDS = {
  de: { teaser: "Profil", activity: "Aktivität", invitation: "Einladung", nothing: "Zurzeit gibt es hier nichts.", recommend: "Fachkraft weiterempfehlen", list: "Aus der Fachkräfte-Allianz" },
  en: { teaser: "Profile", activity: "Activity", invitation: "Invitation", nothing: "There is nothing here at the moment.", recommend: "Recommend somebody", list: "From the alliance" },
};

const LOOK = `
:host { display: block; color: var(--fks-text, inherit); font: var(--fks-font, inherit); }
:host([hidden]) { display: none; }
ul.items { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--fks-column, 17rem)), 1fr));
  gap: var(--fks-gap, 1rem); margin: 0; padding: 0; list-style: none; }
.item { padding: var(--fks-padding, 1rem); border: 1px solid var(--fks-border, GrayText);
  border-radius: var(--fks-radius, .5rem); background: var(--fks-background, transparent);
  overflow-wrap: anywhere; hyphens: auto; text-align: start; }
.kind { margin: 0 0 .25rem; font-size: .875em; }
.title { margin: 0 0 .5rem; font-size: 1.125em; line-height: 1.3; }
.time { margin: 0 0 .5rem; font-weight: 600; }
.body > :first-child { margin-block-start: 0; }
.body > :last-child { margin-block-end: 0; }
.body :is(p, ul, ol, h4) { margin: .5em 0; }
.body :is(ul, ol) { padding-inline-start: 1.25em; }
.empty { margin: 0 0 1rem; }
.recommend { margin: 1rem 0; }
a { color: var(--fks-link, LinkText); text-underline-offset: .15em; }
.recommend a { display: inline-block; padding-block: .25rem; }
a:focus-visible { outline: .1875rem solid currentColor; outline-offset: .1875rem; border-radius: .125rem; }
`;

function element(name, { part, lang, dir, text, ...more } = {}) {
  const made = document.createElement(name);
  if (part) {
    made.className = part;
    made.part = part;
  }
  if (lang) made.lang = lang;
  if (dir) made.dir = dir;
  if (text !== undefined) made.textContent = text;
  for (const [attribute, value] of Object.entries(more)) made.setAttribute(attribute, value);
  return made;
}

function address(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

function unescaped(text) {
  return text.replace(/&(amp|lt|gt|quot|#x27|#39);/gu, (_, name) => LETTERS[name]);
}

/** Build what is understood; any other tag is left out and its text stays. */
function built(markup) {
  const body = document.createElement("div");
  const open = [body];
  for (const [piece, slash, written, href, br, dropped] of String(markup).matchAll(PIECE)) {
    const name = written && written.toLowerCase();
    const here = open[open.length - 1];
    if (br) here.append(element("br"));
    else if (dropped) continue;
    else if (name && slash) close(open, name);
    else if (name === "a") start(open, name, link(href));
    else if (name && href === undefined) start(open, name, element(TAGS[name]));
    else if (!piece.startsWith("<") || piece === "<") here.append(unescaped(piece));
  }
  return body;
}

function link(href) {
  const url = address(unescaped(href ?? ""));
  return url ? element("a", { part: "link", href: url }) : element("span");
}

function start(open, name, made) {
  if (open.some((one) => one.fksName === name)) return;
  made.fksName = name;
  open[open.length - 1].append(made);
  open.push(made);
}

function close(open, name) {
  const place = open.findLastIndex((one) => one.fksName === name);
  if (place > 0) open.length = place;
}

/** The feed repeats its link below the text for readers that know one text only. */
function withoutRepeatedLink(body, url) {
  const last = body.lastElementChild;
  const only = last?.localName === "p" && last.childNodes.length === 1 && last.firstElementChild;
  if (only && only.localName === "a" && only.href === url) last.remove();
}

function understood(item) {
  const own = item?._fks;
  return (
    own && KINDS.includes(own.kind) && Number.isInteger(own.valid_until) &&
    typeof item.title === "string" && item.title && item.title.length <= MOST_TEXT &&
    typeof item.content_html === "string" && item.content_html.length <= MOST_TEXT &&
    address(item.url) !== null
  );
}

async function fetched(src, signal) {
  const answer = await fetch(src, {
    credentials: "omit", mode: "cors", redirect: "error", cache: "no-store", // no profile stays on a disk
    referrerPolicy: "no-referrer", headers: { Accept: "application/feed+json, application/json" }, signal,
  });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const text = await answer.text();
  if (text.length > MOST_BYTES) throw new Error("too large");
  const feed = JSON.parse(text);
  if (!String(feed?.version).startsWith("https://jsonfeed.org/version/1") || !Array.isArray(feed.items)) throw new Error("no JSON Feed");
  if (!Number.isInteger(feed._fks?.generated)) throw new Error("no _fks.generated");
  // A clock that is slow must not show longer: what server and feed say are lower bounds.
  const told = Date.parse(answer.headers.get("Date") ?? "") / 1000 || 0;
  return { feed, time: Math.max(Date.now() / 1000, told, feed._fks.generated), since: performance.now() };
}

/** The time in seconds, counted on from the reading where the clock was put back. */
function timeNow({ time, since }) {
  return Math.max(Date.now() / 1000, time + (performance.now() - since) / 1000);
}

class FachkraftShare extends HTMLElement {
  static observedAttributes = ["src", "kind", "limit", "language"];
  #content = document.createElement("div");
  #read = null;
  #here = false; // an element already on the page is told its attributes before it is connected
  #shown = "";
  #nextAsk = 0;
  #nextEnd = 0;
  #asking = null;
  #seen = () => { if (document.visibilityState === "visible") this.#ask(); };

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
    root.adoptedStyleSheets = [sheet];
    root.append(this.#content, document.createElement("slot"));
  }

  connectedCallback() {
    this.#here = true;
    document.addEventListener("visibilitychange", this.#seen);
    this.#ask();
  }

  disconnectedCallback() {
    this.#here = false;
    document.removeEventListener("visibilitychange", this.#seen);
    clearTimeout(this.#nextAsk);
    clearTimeout(this.#nextEnd);
    this.#asking?.abort();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#here || before === after) return;
    if (name === "src") this.#read = null;
    name === "src" ? this.#ask() : this.#show();
  }

  async #ask() {
    clearTimeout(this.#nextAsk);
    this.#nextAsk = setTimeout(() => this.#ask(), AGAIN * 1000);
    this.#asking?.abort();
    const src = this.getAttribute("src");
    if (!src) return this.#show();
    const asking = (this.#asking = new AbortController());
    const late = setTimeout(() => asking.abort(), MOST_WAIT);
    try {
      const read = await fetched(new URL(src, document.baseURI).href, asking.signal);
      // A cache may answer with an older feed, which still holds what was withdrawn.
      if (!this.#read || read.feed._fks.generated >= this.#read.feed._fks.generated) this.#read = read;
    } catch {
      // What was read before goes on counting until it is an hour old; then the link inside remains.
    } finally {
      clearTimeout(late);
    }
    if (asking === this.#asking && this.#here) this.#show();
  }

  #show() {
    clearTimeout(this.#nextEnd);
    const feed = this.#read?.feed;
    const now = feed ? timeNow(this.#read) : 0;
    const fresh = feed && now < feed._fks.generated + HOUR;
    const items = fresh ? this.#chosen(feed.items, now) : [];
    if (fresh) this.#showAgain(Math.min(feed._fks.generated + HOUR, ...items.map((one) => one._fks.valid_until)) - now);
    // Nothing changed: whoever reads or stands on a link is not disturbed.
    const state = JSON.stringify([fresh, this.#words, this.#kinds, fresh && feed._fks.recommend, items.map((one) => [one.id, one.date_modified, one.title])]);
    if (state === this.#shown) return;
    this.#shown = state;
    this.#content.replaceChildren(...(fresh ? this.#parts(items, feed) : []));
  }

  #showAgain(seconds) {
    this.#nextEnd = setTimeout(() => this.#show(), Math.max(1, seconds) * 1000);
  }

  #chosen(items, now) {
    const kinds = this.#kinds;
    const language = this.getAttribute("language");
    const limit = Number.parseInt(this.getAttribute("limit") ?? "", 10);
    const fitting = items.filter((one) =>
      understood(one) && now < one._fks.valid_until &&
      kinds.includes(one._fks.kind) &&
      (!language || one.language === language));
    return fitting.slice(0, limit > 0 ? limit : MOST_ITEMS);
  }

  get #kinds() {
    const all = [...KINDS, LINK];
    const said = (this.getAttribute("kind") ?? "").split(/[\s,]+/u).filter((one) => all.includes(one));
    return said.length ? said : all;
  }

  get #language() {
    const said = this.getAttribute("language") || this.closest("[lang]")?.lang || "de";
    const short = said.slice(0, 2).toLowerCase();
    return short in WORDS ? short : "en";
  }

  get #words() { return WORDS[this.#language]; }

  #parts(items, feed) {
    const words = this.#words;
    const lang = this.#language;
    const list = element("ul", { part: "items", role: "list", "aria-label": words.list, lang });
    list.append(...items.map((one) => this.#item(one)));
    const empty = element("p", { part: "empty", lang, text: words.nothing });
    const kinds = this.#kinds;
    const parts = kinds.some((one) => one !== LINK) ? [items.length ? list : empty] : [];
    const recommend = kinds.includes(LINK) && address(feed._fks.recommend);
    if (recommend) {
      const around = element("p", { part: "recommend", lang });
      around.append(element("a", { part: "link", href: recommend, text: words.recommend }));
      parts.push(around);
    }
    return parts;
  }

  #item(one) {
    const row = element("li", { part: "item" });
    row.part.add(one._fks.kind);
    if (/^[0-9a-f]{32}$/u.test(one._fks.key)) row.id = `fks-${one._fks.key}`;
    const about = { lang: /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/u.test(one.language) ? one.language : "", dir: "auto" };
    const title = element("h3", { part: "title", ...about });
    const url = address(one.url);
    title.append(element("a", { part: "link", href: url, text: one.title }));
    const body = built(one.content_html);
    withoutRepeatedLink(body, url);
    Object.assign(body, { className: "body", part: "body", ...about });
    row.append(element("p", { part: "kind", text: this.#words[one._fks.kind] }), title);
    if (Number.isInteger(one._fks.starts)) row.append(this.#time(one._fks));
    row.append(body);
    return row;
  }

  #time({ starts, ends }) {
    const format = new Intl.DateTimeFormat(this.#language, { dateStyle: "full", timeStyle: "short" });
    const from = new Date(starts * 1000);
    const around = element("p", { part: "time" });
    const text = Number.isInteger(ends) ? format.formatRange(from, new Date(ends * 1000)) : format.format(from);
    around.append(element("time", { datetime: from.toISOString(), text }));
    return around;
  }
}

if (!customElements.get("fachkraft-share")) customElements.define("fachkraft-share", FachkraftShare);
