namespace Throng.Report;

/// <summary>
/// The one script of a saved page, and the first of a live one: it shows values under the pointer, or under the arrow
/// keys. A drawing may be made anew in its place meanwhile.
/// </summary>
internal static class HtmlScript
{
    /// <summary>Text is only ever set as text, never as markup.</summary>
    public const string Text = """
        const showValues = plot => {
          const held = plot.querySelector("script"), svg = plot.querySelector("svg");
          if (!held || plot.classList.contains("live")) return;
          const tip = plot.querySelector(".tip"), view = svg.viewBox.baseVal;
          const cross = document.createElementNS("http://www.w3.org/2000/svg", "line");
          cross.setAttribute("class", "cross plain");
          let text = "", chart, at = -1;
          const read = () => {
            if (text === held.textContent) return;
            text = held.textContent;
            chart = JSON.parse(text);
            const frames = [...svg.querySelectorAll(".frame")], last = frames[frames.length - 1];
            cross.setAttribute("y1", frames[0].getAttribute("y"));
            cross.setAttribute("y2", +last.getAttribute("y") + +last.getAttribute("height"));
          };
          const hide = () => { at = -1; cross.remove(); tip.hidden = true; };
          const show = place => {
            at = Math.max(0, Math.min(chart.x.length - 1, place));
            const x = chart.x[at], scale = svg.clientWidth / view.width;
            cross.setAttribute("x1", x);
            cross.setAttribute("x2", x);
            svg.append(cross);
            tip.replaceChildren();
            const head = tip.appendChild(document.createElement("b"));
            head.textContent = chart.axis + ": " + chart.at[at];
            for (const series of chart.series) {
              if (!series.values[at]) continue;
              const row = tip.appendChild(document.createElement("span"));
              const dot = row.appendChild(document.createElement("i"));
              dot.className = "c" + series.number;
              row.append(series.name);
              row.appendChild(document.createElement("em")).textContent = series.values[at];
            }
            tip.hidden = false;
            const left = svg.offsetLeft || svg.getBoundingClientRect().left - plot.getBoundingClientRect().left;
            const wide = tip.offsetWidth, side = x * scale + 14 + wide > svg.clientWidth ? -wide - 14 : 14;
            tip.style.left = Math.max(0, left + x * scale + side) + "px";
          };
          const near = event => {
            read();
            const box = svg.getBoundingClientRect(), x = (event.clientX - box.left) * view.width / box.width;
            let low = 0, high = chart.x.length - 1;
            while (high - low > 1) {
              const middle = (low + high) >> 1;
              if (chart.x[middle] < x) low = middle; else high = middle;
            }
            show(x - chart.x[low] < chart.x[high] - x ? low : high);
          };
          plot.classList.add("live");
          svg.addEventListener("pointermove", near);
          svg.addEventListener("pointerdown", near);
          svg.addEventListener("pointerleave", hide);
          plot.addEventListener("blur", hide);
          plot.addEventListener("keydown", event => {
            read();
            const end = chart.x.length - 1, step = Math.max(1, Math.round(end / 200));
            const to = { ArrowRight: at < 0 ? 0 : at + step, ArrowLeft: at < 0 ? end : at - step, Home: 0, End: end };
            if (event.key === "Escape") return hide();
            if (!(event.key in to) || event.ctrlKey || event.altKey || event.metaKey) return;
            event.preventDefault();
            show(to[event.key]);
          });
        };
        document.querySelectorAll("figure.plot").forEach(showValues);
        """;

    /// <summary>Hash by which the page allows this script and no other. A test makes it anew.</summary>
    public const string Hash = "sha256-Lq0Gf+PR+HPhpjBgiSPGx2MpGZVQILeoOeuyozWEf/8=";
}
