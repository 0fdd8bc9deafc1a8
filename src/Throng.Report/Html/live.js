"use strict";
// The page of a run: takes its parts from the run and puts them in the place of those before, follows the stream of
// events, sends what a person changes, and keeps the last report for when the run has gone. Text that comes from the
// run is only ever set as text, or is markup that the run's own pages made.
{
  const LOG_LINES = 200, SILENCE_MS = 20000, PATIENCE_MS = 10000, TURN_MS = 1000;
  const PACE_MS = { now: 1000, recent: 2000, whole: 15000, rest: 5000, copy: 30000 };
  const element = id => document.getElementById(id);
  const part = name => document.querySelector(`main [data-part="${name}"]`) || element(name);
  const set = element("set"), link = element("link"), banner = element("banner"), log = element("log");
  const small = matchMedia("(max-width: 640px)");
  const copies = {}, kept = {}, findings = new Map();
  const run = set.dataset.run;
  let source, after = Number(document.body.dataset.after), lostAt = 0, isOver = false;

  const say = text => { element("said").textContent = text; };

  const note = (text, time = new Date()) => {
    const line = document.createElement("li");
    const stamp = line.appendChild(document.createElement("time"));
    stamp.textContent = time.toTimeString().slice(0, 8);
    line.append(text);
    line.dataset.at = Number(time);
    const older = [...log.children].find(one => Number(one.dataset.at) <= Number(time));
    log.insertBefore(line, older || null);
    while (log.children.length > LOG_LINES) log.lastChild.remove();
  };

  const show = (state, words) => {
    document.body.className = state;
    link.textContent = words;
  };

  const tell = (text, canTryAgain) => {
    banner.hidden = !text;
    banner.firstElementChild.textContent = text;
    element("again").hidden = !canTryAgain;
    if (text) say(text);
  };

  // Elements that stay keep their focus, their place and whoever listens to them.
  const isOurs = node => node.nodeType === 1 && (node.classList.contains("cross") || node.classList.contains("tip"));
  const patch = (old, fresh) => {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
      old.replaceWith(fresh);
      return;
    }
    if (old.nodeType !== 1) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (isOurs(old)) return;
    if (old.nodeName !== "FIGURE") {
      for (const { name, value } of fresh.attributes) {
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      }
      for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      if (at && at.nodeType === 1 && at.classList.contains("cross")) at = at.nextSibling;
      const following = at && at.nextSibling;
      if (at) patch(at, next); else old.append(next);
      at = following;
    }
    while (at) {
      const following = at.nextSibling;
      if (!isOurs(at)) at.remove();
      at = following;
    }
  };

  const ask = async (path, options) => {
    const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS), ...options });
    if (!answer.ok && !options) throw new Error(`${path}: ${answer.status}`);
    return answer;
  };

  const put = html => {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    for (const one of [...fresh.content.children]) {
      const old = part(one.dataset.part);
      if (old) patch(old, one);
    }
  };

  const look = () => {
    if (set.dataset.run !== run) return leave("Another run answers at this address now. Load the page to see it.");
    document.title = `${isOver ? "ended: " : ""}${set.dataset.title}`;
    for (const dial of document.querySelectorAll("[data-key]")) {
      const value = set.getAttribute(`data-dial-${dial.dataset.key}`), field = dial.querySelector("input");
      if (value === null) continue;
      if (!field) dial.setAttribute("aria-checked", value);
      else if (document.activeElement !== field && !dial.dataset.typed) field.value = value;
    }
    for (const one of document.querySelectorAll("[data-finding]")) {
      const rule = one.dataset.finding, text = one.querySelector("b:last-child").textContent;
      if (!findings.has(rule)) {
        note(text);
        say(text);
      }
      findings.set(rule, text);
    }
  };

  const attend = () => document.querySelectorAll("figure.plot").forEach(showValues);
  const span = () => document.querySelector("[name=span]:checked").value;
  const take = async name => {
    const isChart = name === "recent" || name === "whole";
    const html = await (await ask(`page/${name}${isChart && small.matches ? "-narrow" : ""}`)).text();
    const isNew = kept[name] !== html;
    kept[name] = html;
    if (!isNew || (isChart && name !== span())) return;
    put(html);
    if (name === "now") look();
    if (isChart) attend();
  };

  // The charts of the time that is chosen now: at once those that are there, then newer ones.
  const renew = () => {
    const html = kept[span()];
    if (html) put(html);
    attend();
    if (!isOver) take(span()).catch(lose);
  };

  const files = { report: ["report", "html"], document: ["api/v1/document", "json"] };
  const copy = async name => { copies[name] = await (await ask(files[name][0])).blob(); };

  const found = () => {
    if (!lostAt || isOver) return;
    lostAt = 0;
    show("running", "live");
    tell("");
    note("the run answers again");
    say("The run answers again.");
  };

  const lose = () => {
    if (isOver || lostAt) return;
    lostAt = Date.now();
    show("lost", "no answer");
    tell("The run does not answer. Trying again.");
    note("no answer from the run");
  };

  // Asks nothing any more; what there is stays.
  const leave = (text, canTryAgain) => {
    isOver = true;
    source?.close();
    show("over", "ended");
    tell(text, canTryAgain);
    note(text);
    document.title = `ended: ${set.dataset.title}`;
    element("stop").hidden = true;
    element("ask").close();
    for (const one of document.querySelectorAll("#dials button, #dials input")) one.disabled = true;
  };

  const finish = async () => {
    isOver = true;
    show("lost", "ending");
    await Promise.allSettled([take("now"), take(span()), copy("report"), copy("document")]);
    await Promise.allSettled(["rest", "recent", "whole"].map(take));
    leave("The run has ended. This page keeps what it came to.");
  };

  const due = {};
  const isDue = (name, now) => {
    if (now < (due[name] || 0)) return false;
    due[name] = now + PACE_MS[name];
    return true;
  };

  const turn = async () => {
    const now = Date.now(), wanted = [];
    if (isOver) return;
    if (lostAt && now - lostAt > SILENCE_MS) {
      leave(`No answer for ${SILENCE_MS / 1000} s: the run has ended, or cannot be reached. `
        + "This page keeps what it had.", true);
      return;
    }
    if (!document.hidden) {
      wanted.push(...["now", span()].filter(name => isDue(name, now)));
      if (element("more").open && isDue("rest", now)) wanted.push("rest");
    }
    try {
      for (const name of wanted) await take(name);
      if (isDue("copy", now)) {
        for (const name in files) await copy(name);
        for (const name of ["rest", "recent", "whole"]) await take(name);
      }
      if (wanted.length && source.readyState === EventSource.OPEN) found();
    } catch {
      lose();
    }
    setTimeout(turn, TURN_MS);
  };

  const follow = () => {
    source = new EventSource(`api/v1/stream?page&after=${after}`);
    source.addEventListener("open", found);
    source.addEventListener("dropped", event => note(`${JSON.parse(event.data).lines} lines of the stream are gone`));
    source.addEventListener("message", ({ data, lastEventId }) => {
      after = Number(lastEventId);
      if (data.startsWith("{\"event\":\"interval\"")) return;
      const line = JSON.parse(data);
      if (line.event === "event") note(line.what, line.time ? new Date(line.time) : undefined);
      if (line.event === "verdict" && !isOver) finish();
    });
    source.addEventListener("error", () => {
      if (isOver) return source.close();
      lose();
      if (source.readyState === EventSource.CLOSED) setTimeout(() => isOver || follow(), TURN_MS);
    });
  };

  const change = async (key, value) => {
    const began = performance.now();
    try {
      const answer = await ask("api/v1/run", {
        method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ [key]: value }),
      });
      const body = await answer.json();
      const text = answer.ok ? body.answers.join(", ") : `${body.detail}: ${body.remedy}`;
      element("answer").textContent = text;
      note(`${answer.ok ? "" : "refused: "}${text} (${Math.round(performance.now() - began)} ms)`);
      await take("now");
    } catch {
      element("answer").textContent = "The run did not answer.";
    }
  };

  for (const dial of document.querySelectorAll("form.dial")) {
    const field = dial.querySelector("input");
    const send = value => {
      delete dial.dataset.typed;
      field.value = value;
      change(dial.dataset.key, value);
    };
    field.addEventListener("input", () => { dial.dataset.typed = "yes"; });
    field.addEventListener("blur", () => { if (!field.value) delete dial.dataset.typed; });
    dial.addEventListener("submit", event => {
      event.preventDefault();
      send(Number(field.value));
    });
    for (const button of dial.querySelectorAll("[data-by]")) {
      button.addEventListener("click", () => {
        const before = Number(field.value), by = Number(button.dataset.by);
        const next = field.step === "1" ? Math.trunc(before * by + (by > 1 ? 0.999 : 0)) : before * by;
        send(Number(next.toPrecision(6)));
      });
    }
  }

  for (const button of document.querySelectorAll("[role=switch]")) {
    button.addEventListener("click", () => change(
      button.dataset.key, button.getAttribute("aria-checked") !== "true"));
  }

  for (const button of document.querySelectorAll("[data-save]")) {
    const name = button.dataset.save;
    button.addEventListener("click", async () => {
      if (!isOver) await copy(name).catch(lose);
      if (!copies[name]) return tell("There is nothing to save yet.");
      const address = URL.createObjectURL(copies[name]), anchor = document.createElement("a");
      anchor.href = address;
      anchor.download = `throng-${run.slice(0, 13) || "run"}.${files[name][1]}`;
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(address), PATIENCE_MS);
    });
  }

  element("stop").addEventListener("click", () => element("ask").showModal());
  element("keep").addEventListener("click", () => element("ask").close());
  element("end").addEventListener("click", async () => {
    element("ask").close();
    note("told to end");
    const answer = await ask("api/v1/stop", { method: "POST" }).catch(lose);
    if (answer && !answer.ok) tell((await answer.json()).detail);
  });
  element("again").addEventListener("click", async () => {
    try {
      await ask("healthz");
      location.reload();
    } catch {
      tell("Still no answer. This page keeps what it had.", true); // a page that is loaded in vain keeps nothing
    }
  });
  for (const choice of document.querySelectorAll("[name=span]")) {
    choice.addEventListener("change", renew);
  }
  small.addEventListener("change", renew);
  element("more").addEventListener("toggle", () => { due.rest = 0; });

  if (set.dataset.state === "ended") {
    finish();
  } else {
    show("running", "live");
    look();
    follow();
    turn();
  }
}
