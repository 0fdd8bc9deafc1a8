namespace Throng.Report;

/// <summary>The one script of a page: it shows values under the pointer, or under the arrow keys.</summary>
internal static class HtmlScript
{
    /// <summary>Text is only ever set as text, never as markup.</summary>
    public const string Text = """
        for (const plot of document.querySelectorAll("figure.plot")) {
          const held = plot.querySelector("script"), svg = plot.querySelector("svg");
          if (!held) continue;
          const chart = JSON.parse(held.textContent), tip = plot.querySelector(".tip");
          const frames = [...svg.querySelectorAll(".frame")], view = svg.viewBox.baseVal;
          const top = +frames[0].getAttribute("y"), last = frames[frames.length - 1];
          const bottom = +last.getAttribute("y") + +last.getAttribute("height");
          const cross = document.createElementNS("http://www.w3.org/2000/svg", "line");
          cross.setAttribute("class", "cross plain");
          cross.setAttribute("y1", top);
          cross.setAttribute("y2", bottom);
          let at = -1;
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
            const end = chart.x.length - 1, step = Math.max(1, Math.round(end / 200));
            const to = { ArrowRight: at < 0 ? 0 : at + step, ArrowLeft: at < 0 ? end : at - step, Home: 0, End: end };
            if (event.key === "Escape") return hide();
            if (!(event.key in to) || event.ctrlKey || event.altKey || event.metaKey) return;
            event.preventDefault();
            show(to[event.key]);
          });
        }
        """;

    /// <summary>Hash by which the page allows this script and no other. A test makes it anew.</summary>
    public const string Hash = "sha256-M6SYF6i/qf3eIDkMcYw+A88TKiUbwBYUBiVgA+Dd2T0=";
}
