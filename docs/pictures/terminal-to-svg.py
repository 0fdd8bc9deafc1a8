#!/usr/bin/env python3
"""Turns a captured terminal (tmux capture-pane -e -p) on stdin into an SVG drawing on stdout."""
import re
import sys
from xml.sax.saxutils import escape

CELL, LINE, PAD = 8.4, 19, 16
COLOURS = {31: "red", 32: "green", 33: "yellow", 34: "blue", 35: "magenta", 36: "cyan"}
STYLE = """
.card { fill: #fbfbf9; stroke: #d0d0c8; }
text { font: 14px ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace; fill: #24292f; }
.bold { font-weight: 700; } .dim { fill: #7a7f87; }
.red { fill: #b3261e; } .green { fill: #1a7f37; } .yellow { fill: #8a6100; }
.blue { fill: #0a58ca; } .magenta { fill: #8a3ffc; } .cyan { fill: #0b7285; }
@media (prefers-color-scheme: dark) {
.card { fill: #16191d; stroke: #3a3f46; }
text { fill: #e3e6ea; } .dim { fill: #8a9199; }
.red { fill: #ff7b72; } .green { fill: #56d364; } .yellow { fill: #e3b341; }
.blue { fill: #79c0ff; } .magenta { fill: #d2a8ff; } .cyan { fill: #56d4dd; }
}
"""


def runs(line, style):
    """The parts of a line that look alike, each with its column; and the style at the end of it."""
    found, column = [], 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            for code in [int(one or 0) for one in part[2:-1].split(";")]:
                if code == 0:
                    style = frozenset()
                elif code == 1:
                    style |= {"bold"}
                elif code == 2:
                    style |= {"dim"}
                elif code == 22:
                    style -= {"bold", "dim"}
                elif code in COLOURS or code == 39:
                    style -= set(COLOURS.values())
                    style |= {COLOURS[code]} if code in COLOURS else set()
        elif part:
            found.append((column, part, style))
            column += len(part)
    return found, style


def main():
    lines = sys.stdin.read().rstrip("\n").split("\n")
    while lines and not re.sub(r"\x1b\[[0-9;]*m", "", lines[-1]).strip():
        lines.pop()
    drawn, style, columns = [], frozenset(), 0
    for row, line in enumerate(lines):
        parts, style = runs(line, style)
        for column, text, look in parts:
            if not text.strip():
                continue
            blanks = len(text) - len(text.lstrip(" "))
            text = text.strip(" ")
            columns = max(columns, column + blanks + len(text))
            x, y = PAD + (column + blanks) * CELL, PAD + 14 + row * LINE
            names = f' class="{" ".join(sorted(look))}"' if look else ""
            drawn.append(f'<text x="{x:.1f}" y="{y}" textLength="{len(text) * CELL:.1f}"'
                         f' xml:space="preserve"{names}>{escape(text)}</text>')
    width, height = 2 * PAD + columns * CELL, 2 * PAD + len(lines) * LINE
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}"'
          f' height="{height}" role="img" aria-label="Terminal with the live view of throng monitor">')
    print(f"<style>{STYLE}</style>")
    print(f'<rect class="card" x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1}" rx="8"/>')
    print("\n".join(drawn))
    print("</svg>")


if __name__ == "__main__":
    main()
